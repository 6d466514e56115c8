/** Does one step of a round. */
import { ConfigurationError, type PublishedFile, type TrainedFile, trainedFileSchema } from '@proofmill/contract';
import { createSame, objectBytes, readObject } from '@proofmill/folder';
import {
  batchCorpus,
  evaluationJob,
  evidenceOf,
  heldOutJob,
  labelFolder,
  labelJob,
  partsOf,
  proveJob,
  roundFolder,
  roundsOf,
  type ServedNames,
  type Step,
  servedName,
  stepsOf,
  weightsFolder,
} from '@proofmill/rounds';
import { batchText, nothingLeftText } from './batch-text.ts';
import { batchPaths, cutBatch, promptsOf } from './cut-batch.ts';
import type { Models } from './loop-ports.ts';
import { measuredPrompts } from './measured-prompts.ts';
import { writeRationaleSet } from './rationale-set.ts';
import type { RoundContext } from './round-context.ts';
import { trainingSetOf } from './training-set.ts';

/** Whether the step is done; false where it was stopped. `models` are those at this point of the round. */
export async function doStep(context: RoundContext, step: Step, models: Models): Promise<boolean> {
  const { ports, folder, loop } = context;
  const at = `${folder}/${step.at}`;
  const isOfReference = step.does === 'evaluate' && step.of === 'reference';
  const asked = isOfReference ? { ...models, judge: context.reference } : models;
  const served = servedNames(context, asked, isOfReference ? 'reference' : null);
  const job = { name: jobName(context, step), spec: loop.spec, served, out: at };
  switch (step.does) {
    case 'batch':
      await cutBatchOf(context);
      return true;
    case 'rationales':
      await writeRationales(context, step.of, at);
      return true;
    case 'export':
      await ports.exportSet(outputsSoFar(context), at);
      return true;
    case 'label':
      return ports.run(labelJob(job, batchCorpus([batchPaths.pairs])), folder, models);
    case 'label-held-out':
      return ports.run(heldOutJob(job, batchCorpus([batchPaths.heldOut])), folder, models);
    case 'prove':
      return ports.run(proveJob(job, batchCorpus([batchPaths.pairs])), folder, models);
    case 'evaluate':
      return ports.run(evaluationJob(job, evaluationOf(context, step.name)), null, asked);
    case 'train':
      return train(context, step, models);
    case 'publish':
      await publish(context, step);
      return true;
    default:
      return step satisfies never;
  }
}

const jobName = ({ loop, round }: RoundContext, { at }: Step): string =>
  `${loop.metadata.name}-${round.number}-${at.replaceAll('/', '-')}`.slice(0, 63).replace(/-+$/, '');

function servedNames({ loop }: RoundContext, { judge, prover }: Models, reference: 'reference' | null): ServedNames {
  const { name } = loop.metadata;
  const { spec } = loop;
  return {
    judge: servedName(name, 'judge', spec.judge.engine, reference ?? judge.weights.round ?? 0),
    prover: spec.prover ? servedName(name, 'prover', spec.prover.engine, prover?.weights.round ?? 0) : '',
  };
}

function evaluationOf({ loop }: RoundContext, name: string): (typeof loop.spec.evaluations)[number] {
  const evaluation = loop.spec.evaluations.find((each) => each.name === name);
  if (!evaluation) throw new RangeError(`the loop has no evaluation ${name}`);
  return evaluation;
}

async function cutBatchOf({ loop, ports, folder, round }: RoundContext): Promise<void> {
  const { batch, start } = loop.spec;
  const isStart = round.step === 'start';
  const spec = isStart ? start.judge?.corpus : batch?.corpus;
  if (!spec) throw new RangeError('the loop has nothing to take a batch from');
  const gold = isStart ? undefined : batch?.gold?.corpus;
  const cut = await cutBatch(ports.store, folder, {
    corpus: ports.corpus(spec, null),
    spec,
    part: isStart ? 0 : round.number - 1,
    parts: isStart ? 1 : partsOf(loop.spec),
    items: isStart ? Number.POSITIVE_INFINITY : (batch?.items ?? 0),
    goldShare: isStart ? null : (batch?.goldShare ?? null),
    gold: gold ? { corpus: ports.corpus(gold, null), spec: gold } : null,
    measured: await measuredPrompts({ loop, ports }),
    started: isStart ? new Set() : await startedPrompts({ loop, ports }),
  });
  ports.report(batchText(cut));
  if (cut.counts.items > 0) return;
  throw new ConfigurationError(
    `round ${round.number}: ${nothingLeftText(cut, isStart ? 'start.judge.corpus' : 'batch.corpus')}`,
  );
}

/** The prompts that the first judge and the prover were trained on. */
async function startedPrompts({ loop, ports }: Pick<RoundContext, 'loop' | 'ports'>): Promise<Set<number>> {
  const { start, rationales } = loop.spec;
  const corpora = [...(start.judge ? [start.judge.corpus] : []), ...(rationales ? [rationales.corpus] : [])];
  const prompts = new Set<number>();
  for (const corpus of corpora)
    for (const number of await promptsOf(ports.corpus(corpus, null), corpus)) prompts.add(number);
  return prompts;
}

async function writeRationales({ loop, ports }: RoundContext, of: 'judge' | 'prover', at: string): Promise<void> {
  const { rationales, export: form } = loop.spec;
  const profile = ports.profiles[of];
  if (!rationales || !profile) throw new RangeError('the loop has no rationales');
  const measured = await measuredPrompts({ loop, ports });
  await writeRationaleSet(ports.store, at, {
    ...{ rationales, profile, measured, trainer: form.for, codec: ports.codec, report: ports.report },
    model: (of === 'prover' ? loop.spec.prover : loop.spec.judge)?.weights ?? '',
    corpus: ports.corpus(rationales.corpus, null),
  });
}

/** The outputs whose labels the training set of a round holds: its own, and those of all rounds before. */
function outputsSoFar({ loop, round }: RoundContext): string[] {
  const { spec } = loop;
  return roundsOf(spec)
    .filter(
      ({ number, step }) => number <= round.number && (step === 'round' || (step === 'start' && spec.start.judge)),
    )
    .map((each) => `${roundFolder(each)}/${each.step === 'start' ? 'prove' : labelFolder(spec.prover)}`);
}

async function train(
  { loop, ports, folder, round, reference }: RoundContext,
  step: Extract<Step, { does: 'train' }>,
  { judge, prover }: Models,
): Promise<boolean> {
  const { spec } = loop;
  const isProver = step.of === 'prover';
  const trainer = isProver
    ? spec.start.prover?.train
    : round.step === 'final'
      ? spec.final?.train
      : ((round.step === 'start' ? spec.start.judge?.train : undefined) ?? spec.train);
  const [base, parent] = isProver ? [prover, prover] : [reference, judge];
  if (!trainer || !base || !parent) throw new RangeError(`round ${round.number} trains nothing`);
  const data = `${folder}/${step.from}`;
  const out = `${folder}/${weightsFolder(step.at)}`;
  const seed = spec.seed + round.number;
  const versions = await ports.train({ ...{ trainer, data, out, base, parent, seed }, round: round.number });
  if (versions === null) return false;
  const weights = await ports.weigh({ place: out, isTrained: true });
  if (!weights || weights.files === 0)
    throw new ConfigurationError(
      `${out} is empty: the trainer ended with 0 and left no weights there. Its command has to write them to {out}`,
    );
  const trained: TrainedFile = {
    v: 1,
    command: trainer.command,
    environment: Object.keys(trainer.environment).sort(),
    versions: [...versions],
    data: (await trainingSetOf(ports.storeAt(data))).sha256,
    ...{ base: base.weights, parent: parent.weights, weights },
  };
  await createSame(ports.store, `${folder}/${evidenceOf(step)}`, objectBytes(trained, 1));
  return true;
}

/**
 * The folder in the store is named by what is in it, so an earlier training of the round that was begun again is in another one, and two loops with one
 * address do not meet.
 */
async function publish(context: RoundContext, step: Extract<Step, { does: 'publish' }>): Promise<void> {
  const { loop, ports, folder, round } = context;
  const { weights: root } = loop.spec.output;
  const training = stepsOf(loop.spec, round).find(({ at }) => at === step.from);
  const trained = training ? await readTrained(context, training) : null;
  if (root === undefined || !trained) throw new RangeError(`round ${round.number} has nothing to publish`);
  const { sha256 } = trained.weights;
  const uri = `${root.replace(/\/+$/, '')}/${folder}/${step.from}-${sha256}`;
  const weights = await ports.publish(`${folder}/${weightsFolder(step.from)}`, { uri, sha256 });
  const published: PublishedFile = { v: 1, uri, weights };
  await createSame(ports.store, `${folder}/${evidenceOf(step)}`, objectBytes(published, 1));
}

/** TRAINED.json of a round's training; null where there is none. */
export const readTrained = ({ ports, folder }: RoundContext, step: Step): Promise<TrainedFile | null> =>
  readObject(ports.store, `${folder}/${evidenceOf(step)}`, trainedFileSchema);
