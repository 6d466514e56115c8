import { ConfigurationError, exitCodeOf, exitCodes } from '@proofmill/contract';
import { CommanderError } from 'commander';
import { endSoon } from './end-soon.ts';
import { endWithParent } from './parent.ts';
import { proofmillCommand } from './program.ts';

const program = proofmillCommand();
endWithParent();
try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? exitCodes.done : exitCodes.configuration;
  } else {
    const known = error instanceof ConfigurationError || exitCodeOf(error) !== exitCodes.unexpected;
    const message = error instanceof Error ? (known ? error.message : (error.stack ?? error.message)) : String(error);
    process.stderr.write(`${message}\n`);
    process.exitCode = exitCodeOf(error);
  }
}
if (['run', 'coordinator', 'worker', 'collector'].includes(program.args[0] ?? '')) endSoon();
