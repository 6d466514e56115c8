/**
 * Runs the rounds of a loop, or what is left of them.
 *
 *   a round with ROUND.json   is done; its judge and its prover are those of the next
 *   a gate that has failed    ends the loop, now and whenever it is run again
 *   any other round           its steps follow each other; those that have left their file are done
 *
 * Nothing is remembered but the files.
 */
import {
  batchFileSchema,
  ConfigurationError,
  IntegrityError,
  type RoundFile,
  roundFileSchema,
  sha256,
  type TrainingLoop,
  type Verdict,
} from '@proofmill/contract';
import { readObject } from '@proofmill/folder';
import {
  evidenceOf,
  type Round,
  roundFolder,
  roundPath,
  roundsOf,
  type Step,
  stepsOf,
  weightsFolder,
} from '@proofmill/rounds';
import { batchPaths } from './cut-batch.ts';
import { closeRound } from './close-round.ts';
import { doStep, readTrained } from './do-step.ts';
import type { LoopPorts, Model, Models } from './loop-ports.ts';
import { judgeOf, modelOf, proverOf, type RoundContext } from './round-context.ts';
import { requireStartable } from './startable.ts';
import { claimLoop, holdsLoop } from './stored-loop.ts';

export type LoopEnd =
  | { readonly ended: 'done'; readonly judge: Model; readonly last: RoundFile }
  /** The last round that was asked for is done, and the loop has more. */
  | { readonly ended: 'reached'; readonly judge: Model; readonly last: RoundFile }
  | { readonly ended: 'gate'; readonly round: Round; readonly verdict: Verdict; readonly parent: Model | null }
  | { readonly ended: 'stopped' };

/**
 * `through`: no round after this one begins.
 * @throws {ConfigurationError} where the loop is not that of the folder, or a part of it cannot succeed
 * @throws {IntegrityError} where the folder is not what its files say
 */
export async function runLoop(
  loop: TrainingLoop,
  ports: LoopPorts,
  through: number = Number.POSITIVE_INFINITY,
): Promise<LoopEnd> {
  if (!(await holdsLoop(loop, ports.store))) {
    await requireStartable(loop, ports);
    await claimLoop(loop, ports.store);
  }
  await refuseRoundsAfterEnd(loop, ports);
  let parent: RoundContext['parent'] = null;
  const reference = await weighed(ports, loop.spec.judge.weights);
  const prover = loop.spec.prover ? await weighed(ports, loop.spec.prover.weights) : null;
  let models: Models = { judge: reference, prover };
  const rounds = roundsOf(loop.spec);
  for (const round of rounds) {
    const context: RoundContext = { loop, ports, round, folder: roundFolder(round), parent, reference, models };
    const before = models.judge;
    const closed = (await readRound(context)) ?? (await runRound(context));
    if (closed === null) return { ended: 'stopped' };
    const { file } = closed;
    if (file.gate && !file.gate.passed) return { ended: 'gate', round, verdict: file.gate, parent: parent && before };
    models = { judge: judgeOf(file), prover: file.prover && proverOf(file.prover) };
    parent = closed;
    if (round.number === through && round !== rounds.at(-1))
      return { ended: 'reached', judge: models.judge, last: file };
  }
  if (!parent) throw new IntegrityError('a loop has a round 0, and this one has none');
  return { ended: 'done', judge: models.judge, last: parent.file };
}

/** Weights of the loop file, with a digest where they are a folder of this machine. */
async function weighed(ports: LoopPorts, name: string): Promise<Model> {
  const digest = await ports.weigh({ place: name, isTrained: false });
  return modelOf({ name, round: null, sha256: digest?.sha256 ?? null }, '');
}

/** A finished round, which has to follow the one before. */
async function readRound({ ports, round, parent }: RoundContext): Promise<RoundContext['parent']> {
  const path = roundPath(round);
  const bytes = await ports.store.read(path);
  const file = await readObject(ports.store, path, roundFileSchema);
  if (!bytes || !file) return null;
  if ((file.parent?.sha256 ?? null) !== (parent?.sha256 ?? null))
    throw new IntegrityError(
      `${path} names another round before it than the one that is there: one of the two is from another loop, or was changed`,
    );
  return { file, sha256: sha256(bytes) };
}

/** Null where it was stopped. */
async function runRound(context: RoundContext): Promise<RoundContext['parent']> {
  const { loop, ports, round, folder } = context;
  let models = context.models;
  for (const step of stepsOf(loop.spec, round)) {
    if (!(await isDone(context, step))) {
      if (ports.stop.aborted) return null;
      ports.report(`${folder}: ${step.at}`);
      const began = ports.seconds();
      if (!(await doStep(context, step, models))) return null;
      await ports.note({ round: round.number, step: step.at, seconds: Math.round(ports.seconds() - began) });
    }
    models = await modelsAfter(context, step, models);
  }
  const closed = await closeRound(context, models);
  for (const { name, metric, value, interval } of closed.file.evaluations)
    ports.report(
      `${folder}: ${name}, ${metric}: ${(100 * value).toFixed(2)} %${interval ? ` (${(100 * interval.low).toFixed(2)} to ${(100 * interval.high).toFixed(2)})` : ''}`,
    );
  return closed;
}

/** Whether a step has left its file, or has nothing to do. */
async function isDone({ ports, folder }: RoundContext, step: Step): Promise<boolean> {
  if (step.does === 'label-held-out') {
    const batch = await readObject(ports.store, `${folder}/${batchPaths.done}`, batchFileSchema);
    if (batch && batch.counts.heldOut + batch.counts.gold === 0) return true;
  }
  return (await ports.store.read(`${folder}/${evidenceOf(step)}`)) !== null;
}

/** Judge and prover once a step is done: a training gives new ones. */
async function modelsAfter(context: RoundContext, step: Step, models: Models): Promise<Models> {
  if (step.does !== 'train') return models;
  const trained = await readTrained(context, step);
  if (!trained)
    throw new IntegrityError(`${context.folder}/${evidenceOf(step)} is missing, though the training is done`);
  const { number } = context.round;
  const { name } = context.loop.metadata;
  const weights = { name: `${name}-${step.of}-${number}`, round: number, sha256: trained.weights.sha256 };
  const model: Model = { weights, place: `${context.folder}/${weightsFolder(step.at)}`, isTrained: true };
  return step.of === 'judge' ? { ...models, judge: model } : { ...models, prover: model };
}

/** The last fine-tuning follows the last round: a round after it would not be in it. */
async function refuseRoundsAfterEnd({ spec }: TrainingLoop, { store }: LoopPorts): Promise<void> {
  const [found] = await store.list('final/', 1);
  if (found === undefined) return;
  for (const round of roundsOf(spec)) {
    if (round.step === 'final' || (await store.read(roundPath(round)))) continue;
    throw new ConfigurationError(
      `the loop has begun its last step, in final/, and round ${round.number} is not done: a loop that ends with spec.final cannot have more rounds afterwards. Set spec.rounds back, or begin a new loop`,
    );
  }
}
