/** ROUND.json: what a round was made from, from the files that its steps have left. */
import {
  batchFileSchema,
  type Evaluated,
  IntegrityError,
  type Labels,
  type RoundFile,
  type StageSpec,
  sha256,
  type Verdict,
} from '@proofmill/contract';
import { createSame, objectBytes, readObject, readOutputManifest } from '@proofmill/folder';
import {
  evaluationFolder,
  labelFolder,
  roundFolder,
  roundPath,
  roundsOf,
  type Step,
  stepsOf,
  verdictOf,
} from '@proofmill/rounds';
import { batchPaths } from './cut-batch.ts';
import { readTrained } from './do-step.ts';
import { againstParent, figureOf, heldOutOf, outputDigest } from './evaluate.ts';
import type { Models } from './loop-ports.ts';
import type { RoundContext } from './round-context.ts';
import { trainingSetOf } from './training-set.ts';

/** Creates ROUND.json and gives it with its digest. `models`: what the round leaves to the next. */
export async function closeRound(
  context: RoundContext,
  models: Models,
): Promise<{ readonly file: RoundFile; readonly sha256: string }> {
  const { loop, ports, round, folder, parent, reference } = context;
  const steps = stepsOf(loop.spec, round);
  const has = (at: string): Step | undefined => steps.find((step) => step.at === at);
  const evaluations = await evaluationsOf(context, 'judge');
  const training = await digestOfTraining(context, has('train'));
  const batch = has('batch') ? await batchOf(context) : null;
  const file: RoundFile = {
    v: 1,
    loop: loop.metadata.name,
    ...{ round: round.number, step: round.step },
    parent: parent && { round: parent.file.round, sha256: parent.sha256 },
    reference: reference.weights,
    judge: models.judge.weights,
    prover: models.prover?.weights ?? null,
    batch,
    labels: await labelsOf(context, models),
    heldOut:
      batch && batch.heldOut + batch.gold > 0 && has('held-out')
        ? await heldOutOf(await ports.scored(`${folder}/held-out`))
        : null,
    trainingSet: has('export')
      ? { ...(await trainingSetOf(ports.storeAt(`${folder}/export`))), rounds: roundsIn(context) }
      : null,
    training,
    proverTraining: await digestOfTraining(context, has('prover-train')),
    referenceEvaluations: steps.some((step) => step.does === 'evaluate' && step.of === 'reference')
      ? await evaluationsOf(context, 'reference')
      : [],
    evaluations,
    gate: await gateOf(context, evaluations),
  };
  const bytes = objectBytes(file, 1);
  await createSame(ports.store, roundPath(round), bytes);
  return { file, sha256: sha256(bytes) };
}

const evaluationsOf = ({ loop, ports, folder }: RoundContext, of: 'judge' | 'reference'): Promise<Evaluated[]> =>
  Array.fromAsync(loop.spec.evaluations, async ({ name }) =>
    figureOf(name, await ports.scored(`${folder}/${evaluationFolder(of, name)}`)),
  );

async function gateOf(context: RoundContext, evaluations: readonly Evaluated[]): Promise<Verdict | null> {
  const { loop, ports, folder, parent } = context;
  const { gate } = loop.spec;
  const figure = evaluations.find(({ name }) => name === gate?.metric);
  if (!gate || !figure) return null;
  if (!parent || !gate.notBelowParent) return verdictOf(gate, figure, null);
  const at = evaluationFolder('judge', gate.metric);
  const before = roundFolder({ number: parent.file.round, step: parent.file.step });
  const compared = await againstParent(await ports.scored(`${folder}/${at}`), await ports.scored(`${before}/${at}`));
  return verdictOf(gate, figure, compared);
}

async function batchOf({ ports, folder }: RoundContext): Promise<NonNullable<RoundFile['batch']>> {
  const path = `${folder}/${batchPaths.done}`;
  const bytes = await ports.store.read(path);
  const batch = await readObject(ports.store, path, batchFileSchema);
  if (!bytes || !batch) throw new IntegrityError(`${path} is missing, though the batch was cut`);
  return { ...batch.counts, sha256: sha256(bytes) };
}

/** The folder of the labels of a round; null where it makes none. */
const labelsPath = ({ loop, round, folder }: Pick<RoundContext, 'loop' | 'round' | 'folder'>): string | null =>
  round.step === 'round'
    ? `${folder}/${labelFolder(loop.spec.prover)}`
    : round.step === 'start' && loop.spec.start.judge
      ? `${folder}/prove`
      : null;

async function labelsOf(context: RoundContext, models: Models): Promise<Labels | null> {
  const path = labelsPath(context);
  if (path === null) return null;
  const manifest = await readOutputManifest(context.ports.storeAt(path));
  if (!manifest) throw new IntegrityError(`${path}/_MANIFEST.json is missing, though the job is done`);
  const { totals, runs } = manifest;
  const proves = runs.some(({ stage }) => stage === ('prove' satisfies StageSpec['stage']));
  return {
    output: outputDigest(manifest),
    // The judge of the round before; gold labels have none.
    judge: context.round.step === 'round' ? context.models.judge.weights : null,
    prover: proves ? (models.prover?.weights ?? null) : null,
    ...{ records: totals.records, labelled: totals.labelled, failed: totals.failed, kept: totals.kept },
    ...{ proved: totals.proved, notKeptByReason: totals.notKeptByReason },
    tokens: runs.map(({ stage, totals: { tokens } }) => ({ stage, ...tokens })),
  };
}

/** The rounds whose labels a training set holds. The last fine-tuning has reasons of people alone. */
const roundsIn = ({ loop, round }: RoundContext): number[] =>
  round.step === 'final'
    ? []
    : roundsOf(loop.spec)
        .filter(
          ({ number, step }) => number <= round.number && (step === 'round' || loop.spec.start.judge !== undefined),
        )
        .map(({ number }) => number);

async function digestOfTraining(context: RoundContext, step: Step | undefined): Promise<string | null> {
  if (!step) return null;
  const trained = await readTrained(context, step);
  return trained && sha256(objectBytes(trained, 1));
}
