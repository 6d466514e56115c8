import { Command } from '@proofmill/runtime';
import manifest from '../package.json' with { type: 'json' };
import { addClean } from './commands/clean.ts';
import { addHealth } from './commands/health.ts';
import { addPlan } from './commands/plan.ts';
import { addPreview } from './commands/preview.ts';
import { addProfiles } from './commands/profiles.ts';
import { addReport } from './commands/report.ts';
import { addRetry } from './commands/retry.ts';
import { addOperator, addRoles } from './commands/roles.ts';
import { addRun } from './commands/run.ts';
import { addSimulate } from './commands/simulate.ts';
import { addSubmit } from './commands/submit.ts';
import { addVerify } from './commands/verify.ts';

/** The command line: every command with its flags and what it does. */
export function proofmillCommand(): Command {
  // Commands inherit these settings, so they are made after them.
  const program = new Command('proofmill')
    .description(
      'Scores preference data: a label, votes, a rationale and a proof for every pair of responses, exactly once.',
    )
    .version(manifest.version)
    .exitOverride()
    .configureHelp({ showGlobalOptions: true })
    .addHelpText(
      'after',
      `
Exit codes: 0 done; 1 unexpected, or verify found something wrong; 2 bad job, configuration or usage; 3 a limit of the
job is reached; 75 temporary, run it again; 130 stopped by Ctrl-C; 143 stopped by SIGTERM.`,
    );
  for (const add of [
    addRun,
    addRetry,
    addPlan,
    addPreview,
    addVerify,
    addReport,
    addClean,
    addProfiles,
    addRoles,
    addHealth,
    addSimulate,
    addOperator,
    addSubmit,
  ]) {
    add(program);
  }
  return program;
}
