/** The most memory that an export holds, of some rows and of four times as many: what is sorted beyond a part of 64 million characters is on disk. */
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeCorpus } from '../corpus.ts';
import type { BenchEngine } from '../engine.ts';
import { inFlight } from '../options.ts';
import { startRole } from '../roles.ts';
import { watchedRoles } from '../soak/watched-roles.ts';

export interface ExportsOptions {
  readonly folder: string;
  /** Rows of the smaller export. */
  readonly records: number;
  readonly model: string;
  readonly engine: BenchEngine;
  report(sentence: string): void;
}

export interface MeasuredExport {
  readonly rows: number;
  /** Of the corpus. */
  readonly bytes: number;
  readonly seconds: number;
  readonly peakBytes: number;
}

/** Long texts, so that few answers are asked for: about 18 kB a record. */
const size = { promptCharacters: 2000, responseCharacters: 8000 };

export async function measureExports(options: ExportsOptions): Promise<MeasuredExport[]> {
  const measured: MeasuredExport[] = [];
  for (const count of [options.records, 4 * options.records]) measured.push(await measureExport(options, count));
  return measured;
}

async function measureExport(
  { folder, model, engine, report }: ExportsOptions,
  records: number,
): Promise<MeasuredExport> {
  const [corpus, job, out, set] = ['corpus.jsonl', 'job.yaml', 'output', 'set'].map((name) => join(folder, name));
  if (!corpus || !job || !out || !set) throw new RangeError('a measurement has its places');
  const bytes = await writeCorpus(corpus, records, size);
  await writeFile(job, jobText({ corpus, model, url: engine.url, out }));
  report(`labelling ${records} records`);
  await ended(startRole(['run', job, '--json']));
  const beganMs = performance.now();
  using watched = watchedRoles();
  const exporting = startRole(['export', out, '--for', 'trl', '--to', set, '--keep', 'all', '--json']);
  watched.watch('export', exporting);
  const { rows } = JSON.parse(await exporting.firstLine) as { rows: number };
  await ended(exporting);
  const seconds = (performance.now() - beganMs) / 1000;
  const peakBytes = watched.peaks().get('export') ?? 0;
  report(`${rows} rows exported in ${seconds.toFixed(1)} s, at most ${Math.round(peakBytes / 2 ** 20)} MB`);
  for (const path of [corpus, out, set]) await rm(path, { recursive: true });
  return { rows, bytes, seconds, peakBytes };
}

async function ended(role: ReturnType<typeof startRole>): Promise<void> {
  const code = await role.ended;
  if (code !== 0) throw new Error(`a command ended with exit code ${code}`);
}

interface JobOf {
  readonly corpus: string;
  readonly model: string;
  readonly url: string;
  readonly out: string;
}

const jobText = ({ corpus, model, url, out }: JobOf): string =>
  JSON.stringify({
    apiVersion: 'proofmill.dev/v1alpha1',
    kind: 'ScoringJob',
    metadata: { name: 'export' },
    spec: {
      corpus: { uris: [corpus] },
      pipeline: [
        {
          ...{ stage: 'label', judge: 'gram-r2', votes: { max: 1 }, fleet: { slots: inFlight } },
          engine: { model, baseUrl: url },
        },
      ],
      output: { uri: out },
    },
  });
