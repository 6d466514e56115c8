import { exitCodeOf, exitCodes, isForeseen, lastSentence } from '@proofmill/contract';
import { type Command, CommanderError } from 'commander';
import { paintFor } from './paint.ts';
import { endsWithStdin, endWithParent } from './parent.ts';
import { print } from './terminal.ts';

/** Runs a command as this process: its words come from the command line, an error becomes a message on stderr and an exit code. */
export async function runProcess(command: Command, words: readonly string[] = process.argv.slice(2)): Promise<void> {
  endWithParent();
  endWithReader();
  // An error of work that nobody waits for ends the process too, in the same way.
  process.on('uncaughtException', (error) => {
    printError(error);
    process.exit(exitCodeOf(error));
  });
  try {
    printsSafely(command);
    await command.exitOverride().parseAsync(words, { from: 'user' });
  } catch (error) {
    process.exitCode = error instanceof CommanderError ? exitCodeOfUsage(error) : exitCodeOf(error);
    // Commander has already printed its own errors.
    if (!(error instanceof CommanderError)) printError(error);
  }
}

/** The library prints help and the mistakes of a command line itself, and quotes the words of the user. */
function printsSafely(command: Command): void {
  command.configureOutput({
    writeOut: (text) => print(process.stdout, text),
    writeErr: (text) => print(process.stderr, text),
  });
  command.commands.forEach(printsSafely);
}

/** Commander reports --help and --version as errors, which end with 0. */
const exitCodeOfUsage = ({ exitCode }: CommanderError): number =>
  exitCode === 0 ? exitCodes.done : exitCodes.configuration;

/** A stack is for mistakes of the program; everything foreseen is a sentence. */
function printError(error: unknown): void {
  const text = isForeseen(error) ? lastSentence(error) : error instanceof Error ? error.stack : undefined;
  print(process.stderr, `${paintFor(process.stderr)('bad', text ?? String(error))}\n`);
}

/** Asks this process to end when the reader of its output has gone (`| head`), as a signal does to programs in C. */
function endWithReader(): void {
  if (process.env[endsWithStdin] !== undefined) return;
  process.stdout.once('error', (error: NodeJS.ErrnoException) => {
    process.stdout.on('error', () => undefined);
    if (error.code !== 'EPIPE') throw error;
    process.kill(process.pid, 'SIGTERM');
  });
}
