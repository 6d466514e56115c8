/** A small loop: the seed data, the batches and the evaluation are parts of the example corpus. */
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sha256 } from '@proofmill/contract';
import { exampleCorpus } from '../example.ts';

const here = import.meta.dirname;
/** The file of the trainer: it imports nothing of ours. */
export const standInTrainer = join(here, 'stand-in-trainer.ts');
const server = join(here, 'stand-in-server.ts');

export interface LoopOptions {
  readonly rounds?: number;
  readonly votes?: number;
  readonly gate?: object;
  /** The best accuracy that a training reaches. */
  readonly cap?: string;
  readonly goldShare?: number;
  /**
   * Lines of the evaluation, and as many of the seed data, that the batches have, too; and as many that share words with benchmark.csv, which no
   * loop of a scene names by itself.
   */
  readonly leaked?: number;
  readonly edit?: (spec: Record<string, unknown>) => void;
}

export interface LoopScene {
  readonly folder: string;
  readonly loop: string;
  readonly out: string;
}

const ofBenchmark = 'Which of these rivers in the north of the country is the longest one by far today?';

/** Good lines of the corpus, each an object. */
async function records(): Promise<Record<string, unknown>[]> {
  const lines = (await readFile(exampleCorpus, 'utf8')).split('\n');
  return lines.flatMap((line) => {
    try {
      const value: unknown = JSON.parse(line);
      return typeof value === 'object' && value !== null && 'label' in value && /^[AB]/.test(String(value.label))
        ? [value as Record<string, unknown>]
        : [];
    } catch {
      return [];
    }
  });
}

const jsonLines = (values: readonly object[]): string => values.map((value) => `${JSON.stringify(value)}\n`).join('');

/** Writes the corpora and the loop file, over an earlier one. */
export async function writeLoop(folder: string, options: LoopOptions = {}): Promise<LoopScene> {
  await mkdir(folder, { recursive: true });
  const all = await records();
  const parts = { seed: all.slice(0, 24), held: all.slice(24, 84), batches: all.slice(84, 204) };
  const leaked = [parts.held, parts.seed].flatMap((part) => part.slice(0, options.leaked ?? 0));
  const longer = all.slice(204, 204 + (options.leaked ?? 0)).map((record) => ({ ...record, question: ofBenchmark }));
  await writeFile(join(folder, 'benchmark.csv'), `question\n${ofBenchmark.slice(0, -1)} in one word?\n`);
  await writeFile(join(folder, 'gold.jsonl'), jsonLines(all.slice(210, 222)));
  await writeFile(join(folder, 'all.jsonl'), jsonLines(all));
  await writeFile(join(folder, 'seed.jsonl'), jsonLines(parts.seed));
  await writeFile(join(folder, 'held.jsonl'), jsonLines(parts.held));
  await writeFile(join(folder, 'batches.jsonl'), jsonLines([...leaked, ...longer, ...parts.batches]));
  const reasons = parts.seed.map(({ explanation, ...record }) => ({
    ...record,
    why: `Response A and Response B differ: ${explanation}`,
  }));
  await writeFile(join(folder, 'reasons.jsonl'), jsonLines(reasons));
  const loop = join(folder, 'loop.yaml');
  // JSON is YAML.
  await writeFile(loop, JSON.stringify(loopFile(options), null, 1));
  return { folder, loop, out: join(folder, 'out') };
}

function loopFile({ rounds = 2, votes = 3, gate, cap = '0.97', goldShare = 0.3, edit }: LoopOptions): object {
  const serve = {
    command: [process.execPath, server, '{model}', '{port}', '{name}', 'all.jsonl'],
    readyWithinSeconds: 120,
  };
  const train = {
    command: [process.execPath, standInTrainer, '{data}', '{base}', '{out}', cap],
    versions: [process.execPath, '-p', '"stand-in 1"'],
  };
  const fleet = { slots: 8, takeOver: false };
  const spec: Record<string, unknown> = {
    rounds,
    judge: { weights: 'base-weights', stage: { judge: 'gram-r2', votes: { max: votes }, fleet }, engine: { serve } },
    prover: { weights: 'prover-weights', stage: { judge: 'gram-r2-prover', fleet }, engine: { serve } },
    start: { judge: { corpus: { uris: ['seed.jsonl'] } }, evaluateReference: true },
    batch: { corpus: { uris: ['batches.jsonl'] }, items: 40, parts: 3, goldShare },
    train,
    evaluations: [{ name: 'held', corpus: { uris: ['held.jsonl'] }, votes: { max: 2, orders: 'both' } }],
    ...(gate ? { gate } : {}),
    output: { uri: 'out' },
  };
  edit?.(spec);
  return { apiVersion: 'proofmill.dev/v1alpha1', kind: 'TrainingLoop', metadata: { name: 'scene' }, spec };
}

/**
 * What a loop leaves for good: the digest of each file, without logs, the working files of jobs, and the manifests and cards of jobs and training sets,
 * which name runs. The name of a run follows from its input files as they are listed, and those of a batch have the time of their writing.
 */
export async function durable(out: string): Promise<Record<string, string>> {
  const entries = await readdir(out, { recursive: true, withFileTypes: true });
  const files: Record<string, string> = {};
  for (const entry of entries) {
    const path = join(entry.parentPath, entry.name).slice(out.length + 1);
    if (!entry.isFile() || /^logs\/|^log\.jsonl$|(^|\/)\.proofmill\/|(_MANIFEST\.json|_SUCCESS|README\.md)$/.test(path))
      continue;
    files[path] = sha256(await readFile(join(out, path)));
  }
  return files;
}
