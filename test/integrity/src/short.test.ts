import { findNatsServer, natsSkipReason } from '@proofmill/nats-server';
import { describe, expect, test } from 'vitest';
import { readBaseline } from './baseline.ts';
import { allKinds, mayStandStill } from './kinds.ts';
import { faultsText, planOf } from './plan.ts';
import { type JobResult, runJob, troublesOf } from './run-job.ts';

const skipReason = await natsSkipReason();
const seed = Number(process.env.PROOFMILL_INTEGRITY_SEED ?? 9);
/** Without those after which a job may stand still for a while. `npm run test:integrity` has them all. */
const plan = planOf({ seed, faults: 6, hasS3: false, kinds: allKinds.filter((kind) => !mayStandStill(kind)) });
const withinMs = 400_000;

describe.skipIf(skipReason)(`seeded faults on real processes${skipReason && `: skipped. ${skipReason}`}`, () => {
  test(`seed ${seed}: nothing is lost, doubled, hung, or asked for without a reason`, {
    timeout: 900_000,
  }, async () => {
    const { path } = await findNatsServer();
    const baseline = await readBaseline();
    const results: JobResult[] = [];
    for (const job of plan) {
      const result = await runJob({ plan: job, baseline, program: path ?? '', s3: null, withinMs });
      const { again, allowed } = result.asked;
      process.stdout.write(`${faultsText(job.faults)}: asked again ${again}, ${allowed} are allowed\n`);
      results.push(result);
    }
    expect(results.flatMap(troublesOf)).toEqual([]);
    // The last moments may come when a job is over.
    const struck = results.flatMap((result) => result.struck).filter(({ done }) => done !== null);
    expect(struck.length).toBeGreaterThanOrEqual(4);
  });
});
