/** The most memory that an export holds, of an output and of one with ten times the rows. Rows have votes, rationales and proofs. */
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { tiny, writeCorpus } from '../corpus.ts';
import type { BenchEngine } from '../engine.ts';
import { inFlight } from '../options.ts';
import { startRole } from '../roles.ts';
import { watchedRoles } from '../soak/watched-roles.ts';
import { enlargeOutput } from './enlarged-output.ts';

export interface ExportsOptions {
  readonly folder: string;
  /** Rows of the larger output. */
  readonly rows: number;
  readonly model: string;
  readonly engine: BenchEngine;
  report(sentence: string): void;
}

export interface MeasuredExport {
  /** The words of the command that choose the set. */
  readonly set: string;
  /** Rows of the output. */
  readonly rows: number;
  /** Rows of the training set. */
  readonly exported: number;
  readonly seconds: number;
  readonly peakBytes: number;
}

/** The set of GRAM-R2, and the one with the most work: proofs and rationales, each in its own order, as Parquet in two splits. */
const sets = ['--for gram', '--for trl --as reasoning --both-orders --eval-share 0.02'];
/**
 * V8 lets garbage of a machine with this much memory grow to gigabytes, and the more of it the longer a process runs. With a limit a process that holds
 * more ends.
 */
const heapFlags = ['--max-old-space-size=256'];
/** Their rows are all that is judged and proved. */
const sampleRecords = 1000;

export async function measureExports(options: ExportsOptions): Promise<MeasuredExport[]> {
  const { folder, rows, report } = options;
  const small = await judgedOutput(options);
  const measured: MeasuredExport[] = [];
  for (const count of [Math.ceil(rows / 10), rows]) {
    const out = join(folder, `output-${count}`);
    report(`writing an output of ${count} rows`);
    await enlargeOutput(small, out, count);
    for (const set of sets) measured.push(await measureExport(options, { out, set, count }));
    await rm(out, { recursive: true });
  }
  return measured.toSorted((one, other) => sets.indexOf(one.set) - sets.indexOf(other.set));
}

/** A real output, whose folder this gives. */
async function judgedOutput({ folder, model, engine, report }: ExportsOptions): Promise<string> {
  const [corpus, job, out] = [join(folder, 'corpus.jsonl'), join(folder, 'job.yaml'), join(folder, 'judged')];
  await writeCorpus(corpus, sampleRecords, tiny);
  const asked = { engine: { model, baseUrl: engine.url }, fleet: { slots: inFlight } };
  const pipeline = [
    { stage: 'label', judge: 'gram-r2', votes: { max: 3 }, ...asked },
    { stage: 'prove', judge: 'gram-r2-prover', ...asked },
  ];
  // JSON is YAML.
  const spec = { corpus: { uris: [corpus] }, pipeline, output: { uri: out } };
  const file = { apiVersion: 'proofmill.dev/v1alpha1', kind: 'ScoringJob', metadata: { name: 'exports' }, spec };
  await writeFile(job, JSON.stringify(file));
  report(`judging and proving ${sampleRecords} records`);
  await ended(startRole(['run', job, '--json']));
  return out;
}

async function measureExport(
  { folder, report }: ExportsOptions,
  { out, set, count }: { readonly out: string; readonly set: string; readonly count: number },
): Promise<MeasuredExport> {
  const to = join(folder, 'set');
  const beganMs = performance.now();
  using watched = watchedRoles();
  const words = ['export', out, ...set.split(' '), '--keep', 'all', '--to', to, '--json'];
  const exporting = startRole(words, heapFlags);
  watched.watch('export', exporting);
  const { files } = JSON.parse(await exporting.firstLine) as { files: readonly { rows: number }[] };
  await ended(exporting);
  const seconds = (performance.now() - beganMs) / 1000;
  const peakBytes = watched.peaks().get('export') ?? 0;
  const exported = files.reduce((sum, { rows }) => sum + rows, 0);
  report(`${set}: ${exported} rows in ${seconds.toFixed(1)} s, at most ${Math.round(peakBytes / 2 ** 20)} MB`);
  await rm(to, { recursive: true });
  return { set, rows: count, exported, seconds, peakBytes };
}

async function ended(role: ReturnType<typeof startRole>): Promise<void> {
  const code = await role.ended;
  if (code !== 0) throw new Error(`a command ended with exit code ${code}`);
}
