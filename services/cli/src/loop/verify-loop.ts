/** Checks a loop's folder, using only what is in it: each round names the one before, and what it was made from is still that. */
import { verify } from '@proofmill/audit';
import { openStore } from '@proofmill/blob';
import { outputPaths, type RoundFile, type TrainedFile, trainedFileSchema } from '@proofmill/contract';
import { readObject, readOutputManifest } from '@proofmill/folder';
import { zstdCodec } from '@proofmill/formats';
import { evaluationFolder } from '@proofmill/rounds';
import { outputDigest, readRounds, trainingSetOf } from '@proofmill/training';
import { join } from 'node:path';
import { digestOfFolder } from './training.ts';

export interface LoopFinding {
  readonly path: string;
  readonly sentence: string;
}

/** What is wrong with the rounds that are done. Rejects with IntegrityError where a ROUND.json is damaged or out of its row. */
export async function verifyLoop(out: string, deep: boolean): Promise<LoopFinding[]> {
  const findings: LoopFinding[] = [];
  for (const { folder, file } of await readRounds(openStore(out)))
    if (file) findings.push(...(await findingsOf(out, folder, file, deep)));
  return findings;
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
    if (!manifest || outputDigest(manifest) !== digest) wrong(path, 'is not the output that ROUND.json names');
    const verdict = await verify({ store: openStore(at(path)), codec: zstdCodec(), deep });
    for (const finding of verdict.findings) wrong(`${path}/${finding.path}`, finding.sentence);
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

/** The first of these outputs that there is. */
async function existing(out: string, folder: string, names: readonly string[]): Promise<string> {
  for (const name of names) if (await openStore(join(out, folder, name)).read(outputPaths.success)) return name;
  return names[0] ?? '';
}

/** Weights may be moved away, as they are large; what is there has to be what was trained. */
async function findingsOfWeights(out: string, path: string): Promise<LoopFinding[]> {
  const trained: TrainedFile | null = await readObject(openStore(out), `${path}/TRAINED.json`, trainedFileSchema);
  if (!trained) return [{ path: `${path}/TRAINED.json`, sentence: 'is missing' }];
  const found = await digestOfFolder(join(out, path, 'weights'));
  if (found === null || found.sha256 === trained.weights.sha256) return [];
  return [
    {
      path: `${path}/weights`,
      sentence: `holds other weights than were trained: ${found.files} files with ${found.bytes} bytes, and TRAINED.json names ${trained.weights.files} with ${trained.weights.bytes}`,
    },
  ];
}
