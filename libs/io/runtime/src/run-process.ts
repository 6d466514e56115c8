import {
  ConfigurationError,
  exitCodeOf,
  exitCodes,
  IntegrityError,
  isTemporary,
  TerminalError,
} from '@proofmill/contract';
import { type Command, CommanderError } from 'commander';
import { endWithParent } from './parent.ts';

/** Runs a command as this process: its words come from the command line, an error becomes a message on stderr and an exit code. */
export async function runProcess(command: Command, words: readonly string[] = process.argv.slice(2)): Promise<void> {
  endWithParent();
  try {
    await command.exitOverride().parseAsync(words, { from: 'user' });
  } catch (error) {
    process.exitCode = error instanceof CommanderError ? exitCodeOfUsage(error) : exitCodeOf(error);
    // Commander has already printed its own errors.
    if (!(error instanceof CommanderError)) process.stderr.write(`${messageOf(error)}\n`);
  }
}

/** Commander reports --help and --version as errors, which end with 0. */
const exitCodeOfUsage = ({ exitCode }: CommanderError): number =>
  exitCode === 0 ? exitCodes.done : exitCodes.configuration;

/** Only unforeseen errors are printed with their stack. The system's own say what failed and on which file or address. */
function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const isForeseen = isTemporary(error) || foreseen.some((type) => error instanceof type) || isOfSystem(error);
  return isForeseen ? error.message : (error.stack ?? error.message);
}

const foreseen = [ConfigurationError, IntegrityError, TerminalError];

/** The error of a call of the system, such as EEXIST or EADDRINUSE. */
const isOfSystem = (error: Error): boolean => 'syscall' in error && 'code' in error;
