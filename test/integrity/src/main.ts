/** `npm run test:integrity`: see the usage in options.ts. Exits with 1 where anything is lost, doubled, hung or over the bound. */
import { fetchNatsServer, findNatsServer } from '@proofmill/nats-server';
import { ToolError } from '@proofmill/process';
import { s3SkipReason, startS3 } from '@proofmill/versitygw';
import { readBaseline } from './baseline.ts';
import { type Options, readOptions, usage } from './options.ts';
import { faultsText, jobText, planOf } from './plan.ts';
import { isBad, type JobResult, runJob, troublesOf } from './run-job.ts';
import { kindsTable, totalsTable } from './table.ts';

try {
  const options = readOptions(process.argv.slice(2));
  if (options === null) console.log(usage);
  else process.exitCode = (await runAll(options)) ? 0 : 1;
} catch (error) {
  if (!(error instanceof ToolError)) throw error;
  console.error(error.message);
  process.exitCode = error.exitCode;
}

/** Whether everything was as it has to be. */
async function runAll(options: Options): Promise<boolean> {
  const { seed, faults, nats, jobs, kinds, atOnce } = options;
  const server = await (nats === null ? findNatsServer() : fetchNatsServer(nats));
  if (server.path === null) throw new ToolError('configuration', `${server.reason} ${server.remedy}`);
  const noS3 = options.s3 ? await s3SkipReason() : 'not wanted (--no-s3)';
  const plan = planOf({ seed, faults, kinds, hasS3: noS3 === '' });
  console.log(`seed ${seed}: ${faults} faults in ${plan.length} jobs; nats-server ${server.version}`);
  if (noS3) console.log(`no job has its output in an object store: ${noS3}`);
  const startedMs = performance.now();
  const baseline = await readBaseline();
  await using s3 = noS3 ? null : await startS3();
  const results: JobResult[] = [];
  let areAllRun = true;
  const waiting = plan.filter(({ number }) => jobs.length === 0 || jobs.includes(number));
  const runNext = async (): Promise<void> => {
    for (let job = waiting.shift(); job; job = waiting.shift()) {
      const place = job.place === 's3' ? s3 : null;
      const running = runJob({ plan: job, baseline, program: server.path, s3: place });
      // One that could not be started, or not be read at the end, must not take hours of others with it.
      const result = await running.catch((error: unknown) => void console.log(`${jobText(job)}: not run: ${error}`));
      areAllRun &&= result !== undefined;
      if (!result) continue;
      results.push(result);
      print(result);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, runNext));
  const seconds = (performance.now() - startedMs) / 1000;
  console.log(
    `\n${kindsTable(results)}\n\n${totalsTable(results, seconds)}\n\nseed ${seed}, nats-server ${server.version}`,
  );
  return areAllRun && !results.some(isBad);
}

function print(result: JobResult): void {
  const { plan, seconds, asked } = result;
  const again = `asked again ${asked.again - asked.takenOver} of ${asked.allowed} allowed`;
  const stolen = asked.takenOver > 0 ? `, ${asked.takenOver} for take-over` : '';
  console.log(`${jobText(plan)}: ${faultsText(plan.faults)}: ${Math.round(seconds)} s, ${again}${stolen}`);
  for (const sentence of troublesOf(result)) console.log(`  ! ${sentence}`);
}
