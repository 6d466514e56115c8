/**
 * What the model answers: a pure function of prompt text, sampling and seed. Choice i of a request with n choices has seed
 * `seed + i`, as in vLLM, so it equals a separate request. Neither the order of arrival nor the load changes a byte (in real
 * vLLM the batch does).
 */
import { createDraw, type Digest, type Draw, normal } from './chance.ts';
import type { Frame } from './frame.ts';
import type { Gold } from './gold.ts';
import type { Pair } from './pair.ts';
import { badProof, proof } from './prover.ts';
import { unreadable, wellFormed } from './rationale.ts';
import { type Accuracy, accuracyOf, probabilityOfA, truthOf } from './truth.ts';

/** The character of the judge. */
export interface JudgeSettings {
  readonly accuracy: Accuracy;
  /** Added to the probability of the response shown first. */
  readonly positionBias: number;
  /** Share of answers with no verdict that can be read. */
  readonly invalidRate: number;
  /** Share of proofs that are of no use. */
  readonly badProofRate: number;
  /** Median length of an answer .. */
  readonly answerTokens: number;
  /** .. and the standard deviation of its logarithm. */
  readonly answerTokensSigma: number;
}

/** One prompt, read and digested once for all its choices. */
export interface Subject {
  /** Of the whole prompt text. */
  readonly digest: Digest;
  readonly frame: Frame | null;
  readonly pair: Pair | null;
}

/** What decides an answer beside the prompt. */
export interface AnswerSampling {
  readonly temperature: number;
  readonly topP: number;
  readonly seed: number;
}

/** Chance for one choice. Greedy answers have no seed. */
function drawFor(digest: Digest, sampling: AnswerSampling): Draw {
  const word = (index: number): number => digest[index] ?? 0;
  const seed = sampling.temperature === 0 ? 0 : sampling.seed;
  return createDraw(
    word(2) ^ seed,
    word(3) ^ Math.floor(seed / 2 ** 32),
    word(4) ^ Math.round(sampling.temperature * 1e6),
    word(5) ^ Math.round(sampling.topP * 1e6),
  );
}

/** One verdict; without temperature always the likelier one. */
function vote(probability: number, sampling: AnswerSampling, draw: Draw): 'A' | 'B' {
  return draw() < (sampling.temperature === 0 ? Math.round(probability) : probability) ? 'A' : 'B';
}

const chatter =
  'I compare two responses to a question. Show me a question and two responses, and I will say which is better.';

/** The text of one answer, before stop strings and the token limit. */
export function answerText(subject: Subject, sampling: AnswerSampling, judge: JudgeSettings, gold: Gold): string {
  const { frame, pair } = subject;
  if (!frame || !pair) return chatter;
  const draw = drawFor(subject.digest, sampling);
  const tokens = Math.max(40, judge.answerTokens * Math.exp(judge.answerTokensSigma * normal(draw)));
  const truth = truthOf(frame, pair, gold);
  if (frame.verdict) {
    const explanation = frame.verdict === truth.better ? truth.explanation : null;
    const argument = { frame, winner: frame.verdict, explanation, tokens };
    return draw() < judge.badProofRate ? badProof(argument, draw) : proof(argument, draw);
  }
  const probability = probabilityOfA(truth, accuracyOf(pair, judge.accuracy), judge.positionBias);
  const winner = vote(probability, sampling, draw);
  const argument = { frame, winner, explanation: winner === truth.better ? truth.explanation : null, tokens } as const;
  return draw() < judge.invalidRate ? unreadable(argument, draw) : wellFormed(argument, draw);
}

/**
 * The bare letter, for a read-out in one token (`logprob_token_ids`, or structured outputs with a choice), with the
 * probability of A.
 */
export function bareVerdict(
  subject: Subject,
  sampling: AnswerSampling,
  judge: JudgeSettings,
  gold: Gold,
): { letter: 'A' | 'B'; probabilityOfA: number } {
  const { frame, pair } = subject;
  if (!frame || !pair) return { letter: 'A', probabilityOfA: 0.5 };
  const truth = truthOf(frame, pair, gold);
  const probability = probabilityOfA(truth, accuracyOf(pair, judge.accuracy), judge.positionBias);
  const letter = vote(probability, sampling, drawFor(subject.digest, sampling));
  return { letter, probabilityOfA: probability };
}
