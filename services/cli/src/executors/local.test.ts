import { appendFile, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { status, statusReader } from '@proofmill/audit';
import { openJournals, openStore } from '@proofmill/blob';
import { type Engine, type StageFile, stagePaths } from '@proofmill/contract';
import { readOutputManifest } from '@proofmill/folder';
import { jobOf, type Progress, progressOn } from '@proofmill/coordinator';
import { zstdCodec } from '@proofmill/formats';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { enginesOf } from '../engines.ts';
import { readableRows } from '../terminal/show-rows.ts';
import { runLocal } from './local.ts';

const corpus = fileURLToPath(new URL('../../../../examples/corpus/pairs.jsonl', import.meta.url));
const records = 24;
const job = {
  apiVersion: 'proofmill.dev/v1alpha1',
  kind: 'ScoringJob',
  metadata: { name: 'local' },
  spec: {
    corpus: { uris: ['pairs.jsonl'] },
    pipeline: [
      {
        ...{ stage: 'label', judge: 'gram-r2', votes: { max: 3 }, fleet: { slots: 2 } },
        engine: { model: 'simulated-judge', baseUrl: 'simulator:' },
      },
    ],
    output: { uri: 'out', shards: 4, partitions: 2 },
  },
};

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'proofmill-local-'));
  const lines = (await readFile(corpus, 'utf8')).split('\n').slice(0, records - 1);
  await writeFile(join(folder, 'pairs.jsonl'), [...lines, 'no record', ''].join('\n'));
  await writeFile(join(folder, 'job.yaml'), JSON.stringify(job));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const quiet = (): Progress =>
  progressOn(new Writable({ write: (_bytes, _encoding, done) => done() }) as unknown as NodeJS.WriteStream, {
    style: 'plain',
    everySeconds: 10,
  });

/** How long the engine takes for a request, so that a run can be stopped in its midst. */
const answerMs = 20;

/** Runs the job; stops it at once when so many records have an outcome. Returns every reading of records. */
async function run(recordsUntilStop: number) {
  const jobFile = await jobOf(join(folder, 'job.yaml'), {});
  const stopping = new AbortController();
  using engines = enginesOf(jobFile.job, jobFile.baseDir, () => undefined);
  let answers = 0;
  let opened = 0;
  const notices: string[] = [];
  const readings: { finished: number; given: number }[] = [];
  const progress = quiet();
  const { ended } = await runLocal({
    jobFile,
    async enginesOf(spec, definition) {
      opened += 1;
      const { engine } = await engines.of(spec, definition);
      const answer: Engine['answer'] = async (request, signal) => {
        await setTimeout(answerMs);
        answers += 1;
        return await engine.answer(request, signal);
      };
      return [{ engine: { ...engine, answer } }];
    },
    stop: stopping.signal,
    abort: stopping.signal,
    progress: {
      ...progress,
      onNotice: (notice) => notices.push(notice),
      onProgress(_stage, finished, given) {
        readings.push({ finished, given });
        if (finished >= recordsUntilStop) stopping.abort();
      },
    },
  });
  progress.end();
  return { ended, readings, notices, answers, opened };
}

/** Reads the status of the output as a process beside the run does. */
function statusOptions() {
  const out = join(folder, 'out');
  const journalsOf = ({ definition }: StageFile) => openJournals(out, stagePaths(definition.name).journal);
  return { store: openStore(out), journalsOf, crc32: zstdCodec().crc32 };
}

describe('a run in one process', () => {
  it('knows which records an earlier run finished, or planning decided', async () => {
    const first = await run(records / 3);
    expect(first.ended).toBe('stopped');
    expect(Math.max(...first.readings.map(({ given }) => given)), 'the unreadable line').toBe(1);

    const read = statusReader(statusOptions());
    const between = await read();
    expect(between).toMatchObject({ complete: false, stages: [{ phase: 'running', records }] });
    expect(between.stages[0]?.finished).toBeGreaterThanOrEqual(records / 3);
    expect(await read(), 'without news').toEqual(between);

    const second = await run(Number.POSITIVE_INFINITY);
    expect(second.ended).toBe('done');
    expect(second.readings.at(-1)?.given).toBeGreaterThanOrEqual(records / 3);
    expect(second.readings.every(({ finished, given }) => given <= finished && given < records)).toBe(true);

    const after = await read();
    expect(after).toMatchObject({ complete: true, stages: [{ phase: 'done', finished: records }] });
    expect(after, 'what it read before counts once').toEqual(await status(statusOptions()));

    const output = await readOutputManifest(statusOptions().store);
    if (!output) throw new Error('the output has no manifest');
    for (const count of [1, 5, records]) {
      const shown = (await readableRows(statusOptions().store, output, count)).match(/^--- /gm);
      expect(shown, 'all rows but that of the unreadable line').toHaveLength(Math.min(count, records - 1));
    }

    const third = await run(Number.POSITIVE_INFINITY);
    expect(third, 'whose engine may be gone').toMatchObject({ ended: 'done', answers: 0, opened: 0 });
  });

  it('resumes in a folder that was moved, and says of a finished job that its corpus has changed', async () => {
    expect((await run(records / 3)).ended).toBe('stopped');
    const moved = `${folder}-moved`;
    await rename(folder, moved);
    folder = moved;
    const resumed = await run(Number.POSITIVE_INFINITY);
    expect(resumed).toMatchObject({ ended: 'done', notices: [] });
    expect(resumed.readings.at(-1)?.given).toBeGreaterThanOrEqual(records / 3);

    await appendFile(join(folder, 'pairs.jsonl'), '{}\n');
    const again = await run(Number.POSITIVE_INFINITY);
    expect(again).toMatchObject({ ended: 'done', answers: 0 });
    expect(again.notices.join()).toMatch(/the corpus has changed since it was planned.*pairs\.jsonl had \d+ bytes/);
  });
});
