import { Command, Help, paintFor } from '@proofmill/runtime';
import manifest from '../package.json' with { type: 'json' };
import { commandList, type ListedCommand } from './command-list.ts';

/** The command line as `words` need it: the command that they name, with all of its flags, and the names of the others. */
export async function proofmillCommand(words: readonly string[]): Promise<Command> {
  const [first, second] = words;
  const named = first === 'help' ? second : first;
  const program = emptyProgram();
  for (const listed of commandList) {
    if (listed.name === named) await addLoaded(program, listed);
    else program.command(listed.name).description(listed.description);
  }
  return program;
}

/** The command line: every command with its flags and what it does. */
export async function wholeCommand(): Promise<Command> {
  const program = emptyProgram();
  for (const listed of commandList) await addLoaded(program, listed);
  return program;
}

/** Commands inherit these settings, so they are made after them. */
const emptyProgram = (): Command =>
  new Command('proofmill')
    .description(
      'Scores preference data: a label, votes, a rationale and a proof for every pair of responses, exactly once.',
    )
    .version(manifest.version)
    .exitOverride()
    // The whole help would push the mistake off the screen.
    .showHelpAfterError('Add --help to see the commands, arguments and flags that exist.')
    .configureHelp({
      showGlobalOptions: true,
      styleTitle: (title) => paintFor(process.stdout)('title', title),
      subcommandTerm: (command) =>
        commandList.find(({ name }) => name === command.name() && command.parent?.parent === null)?.usage ??
        new Help().subcommandTerm(command),
    })
    .addHelpText(
      'after',
      `
Exit codes: 0 done; 1 unexpected, or verify found something wrong; 2 bad job, configuration or usage, or no
record got a label; 3 a limit of the job is reached; 75 temporary, run it again; 130 stopped by Ctrl-C; 143 stopped by SIGTERM.`,
    );

async function addLoaded(program: Command, { name, examples, add }: ListedCommand): Promise<void> {
  await add(program);
  const command = program.commands.find((candidate) => candidate.name() === name);
  for (const shown of command ? [command, ...command.commands] : []) {
    const lines = examples[shown.name()];
    if (lines) shown.addHelpText('after', `\nExamples:\n${lines.map((line) => `  ${line}`).join('\n')}`);
  }
}
