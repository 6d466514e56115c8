/** Checks a loop's folder, using only what is in it: each round names the one before, and what it was made from is still that. */
import { verify } from '@proofmill/audit';
import { openStore } from '@proofmill/blob';
import {
  batchFileSchema,
  outputPaths,
  publishedFileSchema,
  type RoundFile,
  sha256,
  type TrainedFile,
  trainedFileSchema,
} from '@proofmill/contract';
import { checkSet } from '@proofmill/export';
import { contentOf, readObject, readOutputManifest } from '@proofmill/folder';
import { zstdCodec } from '@proofmill/formats';
import { evaluationFolder, publishedPath } from '@proofmill/rounds';
import { outputDigest, readRounds, trainingSetOf } from '@proofmill/training';
import { join } from 'node:path';
import { digestOfFolder } from './training.ts';

export interface LoopFinding {
  readonly path: string;
  readonly sentence: string;
}

/** What is wrong with the rounds that are done. Rejects with IntegrityError where a ROUND.json is damaged or out of its row. */
export async function verifyLoop(
  out: string,
  deep: boolean,
): Promise<{ readonly rounds: number; readonly findings: readonly LoopFinding[] }> {
  const findings: LoopFinding[] = [];
  let rounds = 0;
  for (const { folder, file } of await readRounds(openStore(out))) {
    if (!file) continue;
    rounds += 1;
    findings.push(...(await findingsOf(out, folder, file, deep)));
  }
  return { rounds, findings };
}

async function findingsOf(out: string, folder: string, file: RoundFile, deep: boolean): Promise<LoopFinding[]> {
  const findings: LoopFinding[] = [];
  const at = (path: string): string => join(out, folder, path);
  const wrong = (path: string, sentence: string): void => void findings.push({ path: `${folder}/${path}`, sentence });
  const labels = ['label-prove', 'label', 'prove'];
  const outputs = [
    ...file.evaluations.map(({ name, output }) => ({ path: evaluationFolder('judge', name), digest: output })),
    ...file.referenceEvaluations.map(({ name, output }) => ({
      path: evaluationFolder('reference', name),
      digest: output,
    })),
    ...(file.labels ? [{ path: await existing(out, folder, labels), digest: file.labels.output }] : []),
  ];
  for (const { path, digest } of outputs) {
    const manifest = await readOutputManifest(openStore(at(path)));
    if (!manifest) {
      wrong(path, 'is no complete output, and ROUND.json names one');
      continue;
    }
    if (outputDigest(manifest) !== digest) wrong(path, 'is not the output that ROUND.json names');
    const verdict = await verify({ store: openStore(at(path)), codec: zstdCodec(), deep });
    for (const finding of verdict.findings) wrong(`${path}/${finding.path}`, finding.sentence);
  }
  if (file.batch) findings.push(...(await findingsOfBatch(out, folder, file.batch.sha256)));
  for (const set of ['export', 'prover-export']) {
    const store = openStore(at(set));
    if (!(await store.read(outputPaths.success))) continue;
    for (const finding of (await checkSet(store)).findings) wrong(`${set}/${finding.path}`, finding.sentence);
  }
  if (file.trainingSet && (await trainingSetOf(openStore(at('export')))).sha256 !== file.trainingSet.sha256)
    wrong('export', 'is not the training set that ROUND.json names');
  for (const [path, digest] of [
    ['train', file.training],
    ['prover-train', file.proverTraining],
  ] as const)
    if (digest !== null) findings.push(...(await findingsOfWeights(out, `${folder}/${path}`)));
  return findings;
}

async function findingsOfBatch(out: string, folder: string, digest: string): Promise<LoopFinding[]> {
  const store = openStore(out);
  const path = `${folder}/batch/BATCH.json`;
  const bytes = await store.read(path);
  const batch = await readObject(store, path, batchFileSchema);
  if (!bytes || !batch || sha256(bytes) !== digest)
    return [{ path, sentence: batch ? 'is not the batch that ROUND.json names' : 'is missing' }];
  const findings: LoopFinding[] = [];
  for (const file of batch.files) {
    const at = `${folder}/${file.path}`;
    const found = (await store.read(at, { offset: 0, length: 1 })) && (await contentOf(store.stream(at)));
    if (found?.sha256 !== file.sha256)
      findings.push({ path: at, sentence: found ? 'was changed after the batch was cut' : 'is missing' });
  }
  return findings;
}

/** The first of these outputs that there is. */
async function existing(out: string, folder: string, names: readonly string[]): Promise<string> {
  for (const name of names) if (await openStore(join(out, folder, name)).read(outputPaths.success)) return name;
  return names[0] ?? '';
}

/** Weights may be moved away, as they are large; what is there has to be what was trained. */
async function findingsOfWeights(out: string, path: string): Promise<LoopFinding[]> {
  const trained: TrainedFile | null = await readObject(openStore(out), `${path}/TRAINED.json`, trainedFileSchema);
  if (!trained) return [{ path: `${path}/TRAINED.json`, sentence: 'is missing' }];
  const published = await readObject(openStore(out), publishedPath(path), publishedFileSchema);
  if (published && published.weights.sha256 !== trained.weights.sha256)
    return [{ path: publishedPath(path), sentence: 'names other weights than were trained' }];
  const found = await digestOfFolder(join(out, path, 'weights'));
  if (found === null || found.sha256 === trained.weights.sha256) return [];
  return [
    {
      path: `${path}/weights`,
      sentence: `holds other weights than were trained: ${found.files} files with ${found.bytes} bytes, and TRAINED.json names ${trained.weights.files} with ${trained.weights.bytes}`,
    },
  ];
}
