/**
 * The steps of a round, in their order. Each leaves a file that is written last: what comes next is the first step that lacks it, whatever
 * happened to the processes that did the others.
 *
 *   start   eval-reference -> proving-set -> prover -> batch -> prove -> training-set -> training -> eval
 *   round   batch -> label-prove -> held-out -> training-set -> training -> eval
 *   final   training-set -> training -> eval
 *
 * Where the loop file names an object store for weights, each training is followed by putting them there, ahead of whatever asks them.
 */
import { type LoopSpec, outputPaths } from '@proofmill/contract';
import type { Round } from './names.ts';

export type Step =
  /** Cuts a part out of a corpus. */
  | { readonly does: 'batch'; readonly at: string }
  /** Labels the batch, and proves the kept labels where there is a prover. */
  | { readonly does: 'label'; readonly at: string }
  /** Labels pairs of the batch whose gold label nobody trains on. */
  | { readonly does: 'label-held-out'; readonly at: string }
  /** Proves gold labels. */
  | { readonly does: 'prove'; readonly at: string }
  /** Writes the reasons of people as what a prover or a judge is to answer. */
  | { readonly does: 'rationales'; readonly at: string; readonly of: Trained }
  /** Writes the kept labels of all rounds so far. */
  | { readonly does: 'export'; readonly at: string }
  | { readonly does: 'train'; readonly at: string; readonly of: Trained; readonly from: string }
  /** Puts the weights of the training in the folder `from` into an object store. */
  | { readonly does: 'publish'; readonly at: string; readonly from: string }
  /** Measures the judge of this round, or the reference. */
  | { readonly does: 'evaluate'; readonly at: string; readonly name: string; readonly of: 'judge' | 'reference' };
export type Trained = 'judge' | 'prover';

export const stepsOf = (spec: LoopSpec, round: Round): Step[] =>
  trainingSteps(spec, round).flatMap((step): Step[] =>
    step.does === 'train' && spec.output.weights !== undefined
      ? [step, { does: 'publish', at: `${step.at}-publish`, from: step.at }]
      : [step],
  );

function trainingSteps(spec: LoopSpec, { step }: Round): Step[] {
  const { start, prover, evaluations } = spec;
  const training: Step = { does: 'train', at: 'train', of: 'judge', from: 'export' };
  const evaluationsOf = (of: 'judge' | 'reference'): Step[] =>
    evaluations.map(({ name }) => ({ does: 'evaluate', at: evaluationFolder(of, name), name, of }));
  const evaluating = evaluationsOf('judge');
  const exporting: Step = { does: 'export', at: 'export' };
  const batch: Step = { does: 'batch', at: 'batch' };
  if (step === 'final') return [{ does: 'rationales', at: 'export', of: 'judge' }, training, ...evaluating];
  if (step === 'round') {
    const labelling: Step = { does: 'label', at: labelFolder(prover) };
    return [batch, labelling, { does: 'label-held-out', at: 'held-out' }, exporting, training, ...evaluating];
  }
  return [
    ...(start.evaluateReference ? evaluationsOf('reference') : []),
    ...(start.prover
      ? ([
          { does: 'rationales', at: 'prover-export', of: 'prover' },
          { does: 'train', at: 'prover-train', of: 'prover', from: 'prover-export' },
        ] as const)
      : []),
    ...(start.judge ? [batch, { does: 'prove', at: 'prove' } as const, exporting, training] : []),
    ...evaluating,
  ];
}

/** The folder of an evaluation in its round. */
export const evaluationFolder = (of: 'judge' | 'reference', name: string): string =>
  `${of === 'judge' ? 'eval' : 'eval-reference'}/${name}`;

/** One job labels and proves, so that a row has both. */
export const labelFolder = (prover: LoopSpec['prover']): string => (prover ? 'label-prove' : 'label');

/** The path of the file that says that a step is done, relative to its round. */
export function evidenceOf(step: Step): string {
  const { at } = step;
  if (step.does === 'batch') return `${at}/BATCH.json`;
  if (step.does === 'publish') return publishedPath(step.from);
  return step.does === 'train' ? `${at}/TRAINED.json` : `${at}/${outputPaths.success}`;
}

/** The file that says where in an object store the weights of a training are. `at`: the folder of the training. */
export const publishedPath = (at: string): string => `${at}/PUBLISHED.json`;

/** The folder that a training leaves its weights in. */
export const weightsFolder = (at: string): string => `${at}/weights`;
