import { wholeCommand } from '@proofmill/cli';
import { exitCodes } from '@proofmill/contract';
import { notice } from './notice.ts';

type Command = Awaited<ReturnType<typeof wholeCommand>>;

/** docs/cli.md, from the `--help` of each command. */
export async function commandLinePage(): Promise<string> {
  const program = await wholeCommand();
  return [
    notice,
    '',
    '# The command line',
    '',
    'In a checkout the command is `npx proofmill`. Every command that reads a job takes the same flags for it; a flag wins over the',
    'file, and a path in a flag starts at the working directory, not at the job file. The [glossary](glossary.md) explains the words.',
    '',
    ...helpBlock(program),
    '',
    `Exit codes in the code base: ${Object.entries(exitCodes)
      .map(([name, number]) => `${number} \`${name}\``)
      .join(', ')}; 130 after Ctrl-C.`,
    ...program.commands.flatMap((command) => [
      '',
      `## proofmill ${command.name()}`,
      '',
      ...helpBlock(command),
      ...command.commands.flatMap((nested) => ['', ...helpBlock(nested)]),
    ]),
    '',
  ].join('\n');
}

const helpBlock = (command: Command): string[] => ['```text', helpOf(command), '```'];

/** The help of the command, at a width that does not depend on the terminal. */
function helpOf(command: Command): string {
  let help = '';
  command.configureOutput({
    writeOut: (text) => {
      help += text;
    },
    getOutHelpWidth: () => 80,
    getOutHasColors: () => false,
  });
  command.outputHelp();
  return help.trimEnd();
}
