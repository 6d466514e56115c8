import { Help } from '@proofmill/runtime';
import { describe, expect, it } from 'vitest';
import { commandList } from './command-list.ts';
import { proofmillCommand, wholeCommand } from './program.ts';

const whole = await wholeCommand();

describe('the command line', () => {
  it.each(commandList)('$name: says what the list says of it, and has examples for all that is below it', (listed) => {
    const command = whole.commands.find((candidate) => candidate.name() === listed.name);
    if (!command) throw new Error('it does not exist');
    expect(command.description()).toBe(listed.description);
    expect(new Help().subcommandTerm(command)).toBe(listed.usage);
    const names = [command, ...command.commands].map((shown) => shown.name());
    expect(Object.keys(listed.examples)).toEqual(names);
  });

  it('has the commands of the list and no others', () => {
    expect(whole.commands.map((command) => command.name())).toEqual(commandList.map(({ name }) => name));
  });

  it.each([
    ['verify', '--deep', 'out'],
    ['help', 'verify'],
  ])('loads the command that is asked for alone: %s', async (...words) => {
    const program = await proofmillCommand(words);
    const loaded = program.commands.filter(({ options }) => options.length > 0).map((command) => command.name());
    expect(loaded).toEqual(['verify']);
  });

  it.each([[['runn']], [['verify']], [['verify', '--dep', 'out']], [['plan', '--probe', 'job.yaml']]])(
    'says how to get help after a mistake: %j',
    async (words) => {
      const program = await proofmillCommand(words);
      let said = '';
      for (const command of [program, ...program.commands])
        command.configureOutput({ writeErr: (text) => (said += text) });
      await expect(program.parseAsync(words, { from: 'user' })).rejects.toThrow();
      expect(said).toMatch(/^error: .*\n(.*\n)?Add --help to see/);
    },
  );

  it('has the same help, whatever is loaded of it', async () => {
    const light = await proofmillCommand(['--help']);
    expect(light.helpInformation()).toBe(whole.helpInformation());
  });
});
