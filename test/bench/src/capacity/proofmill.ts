/** One job on a fleet with a worker beside each engine, every role a process of its own. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { outputManifestSchema, outputPaths, type StageFile, stagePaths, type Tokens } from '@proofmill/contract';
import { startNatsServer } from '@proofmill/nats-server';
import type { Child } from '../child.ts';
import { endSoundly, startRole, waitFor } from '../roles.ts';
import { stageOf } from '../stage-file.ts';
import type { Case, Work } from './cases.ts';
import type { WatchedEngines } from './watched-engines.ts';

export interface JobRun {
  readonly work: Work;
  /** When the last label was in a journal, on the clock of `performance.now`. From then on no answer is needed. */
  readonly answeredMs: number;
  /** When the last label was in its file. */
  readonly committedMs: number;
  /** Items that idle workers were offered. */
  readonly offered: number;
  readonly stage: StageFile;
}

export interface JobOptions {
  readonly engines: WatchedEngines;
  readonly corpus: string;
  readonly model: string;
  readonly folder: string;
}

const stageName = 'label';

export async function runJob({ votes }: Case, options: JobOptions): Promise<JobRun> {
  const { engines, folder } = options;
  const out = join(folder, 'output');
  const job = join(folder, 'job.yaml');
  await writeFile(job, jobText(options, votes, out));
  const paths = stagePaths(stageName);
  const stageFile = join(out, paths.stage);

  await using nats = await startNatsServer({ storeDir: join(folder, 'nats') });
  await using roles = new AsyncDisposableStack();
  const running: Child[] = [];
  const start = (...words: string[]): Child => {
    const role = roles.use(startRole([...words, '--nats', nats.url]));
    running.push(role);
    return role;
  };
  start('collector', '--out', out);
  const offers = offersIn(start('coordinator', '--job', job, '--json'));
  await waitFor('the stage is opened', () => existsSync(stageFile), 20, running);
  engines.urls.forEach((url, at) => {
    start('worker', '--stage', stageFile, '--engine', url, '--slots', String(engines.sizes[at]?.slots));
  });
  await waitFor('the job is done', () => existsSync(join(out, outputPaths.success)), 50, running);

  const stage = stageOf(await readFile(stageFile));
  const journals = Array.from({ length: stage.partitions }, (_, partition) => join(out, paths.journal(partition)));
  const answeredMs = Math.max(...journals.map(lastWriteMs));
  const committedMs = lastWriteMs(join(out, paths.manifests));
  const { totals } = outputManifestSchema.parse(JSON.parse(await readFile(join(out, outputPaths.manifest), 'utf8')));
  await endSoundly(running, out);
  await rm(out, { recursive: true });
  return { work: workOf(totals.tokens), answeredMs, committedMs, offered: offers(), stage };
}

/** Counts the items that a coordinator says it offered to idle workers. */
function offersIn(coordinator: Child): () => number {
  let items = 0;
  coordinator.onLine((line) => {
    const event = JSON.parse(line) as { event: string; items?: number };
    if (event.event === 'offer') items += event.items ?? 0;
  });
  return () => items;
}

/** When a file of a folder was last written, on the clock of `performance.now`. */
function lastWriteMs(folder: string): number {
  const written = readdirSync(folder).map((name) => statSync(join(folder, name)).mtimeMs);
  return Math.max(...written) - performance.timeOrigin;
}

function workOf({ prompt, completion }: Tokens): Work {
  if (prompt === null || completion === null) throw new Error('the simulator counts tokens');
  return { promptTokens: prompt, completionTokens: completion };
}

function jobText({ corpus, model }: JobOptions, votes: Case['votes'], out: string): string {
  return JSON.stringify({
    apiVersion: 'proofmill.dev/v1alpha1',
    kind: 'ScoringJob',
    metadata: { name: 'bench' },
    spec: {
      corpus: { uris: [corpus] },
      pipeline: [{ stage: stageName, judge: 'gram-r2', engine: { model }, votes }],
      output: { uri: out },
    },
  });
}
