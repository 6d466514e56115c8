/**
 * What the model answers: a pure function of prompt text, sampling and seed. Choice i of a request with n choices has seed
 * `seed + i`, as in vLLM, so it equals a separate request. Neither the order of arrival nor the load changes a byte (in real
 * vLLM the batch does).
 */
import { createDraw, type Digest, type Draw, normal } from '../draw.ts';
import { formOf } from './instructions.ts';
import type { Frame } from '../prompt/comparison.ts';
import type { Gold } from '../truth/gold.ts';
import type { Pair } from '../prompt/pair-identity.ts';
import { badProof, proof } from './proof.ts';
import { type Argument, answerEnd, reasoning, unreadable, wellFormed } from './rationale.ts';
import type { Shape, Verdict } from './verdict-formats.ts';
import type { Subject } from '../prompt/read-prompt.ts';
import { type Accuracy, accuracyOf, probabilityOfA, type Truth, truthOf } from '../truth/better-response.ts';

/** The character of the judge. */
export interface JudgeSettings {
  readonly accuracy: Accuracy;
  /** Added to the probability of the response shown first. */
  readonly positionBias: number;
  /** Share of answers with no verdict that can be read. */
  readonly invalidRate: number;
  /** Share of verdicts that are a tie, in forms that have one. */
  readonly tieRate: number;
  /** Share of proofs that are of no use. */
  readonly badProofRate: number;
  /** Median length of an answer .. */
  readonly answerTokens: number;
  /** .. and the standard deviation of its logarithm. */
  readonly answerTokensSigma: number;
}

/** What decides an answer beside the prompt. */
export interface AnswerSampling {
  readonly temperature: number;
  readonly topP: number;
  readonly seed: number;
}

/** The text of one answer, before stop strings and the token limit. */
export interface Written {
  readonly text: string;
  /** What else could have stood in the place of its verdict. Null: it has none that can be read. */
  readonly verdict: WrittenVerdict | null;
}

export interface WrittenVerdict {
  /** The same answer with another verdict: the first character that differs is the one that decides. */
  readonly otherwise: string;
  /** The probability of the word that stands there: after the reasoning a judge is nearly sure. */
  readonly certainty: number;
}

/** Chance for one choice. Greedy answers have no seed. */
export function drawFor(digest: Digest, sampling: AnswerSampling): Draw {
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
export function vote(probability: number, sampling: AnswerSampling, draw: Draw): 'A' | 'B' {
  return draw() < (sampling.temperature === 0 ? Math.round(probability) : probability) ? 'A' : 'B';
}

const chatter =
  'I compare two responses to a question. Show me a question and two responses, and I will say which is better.';

/** Both sides of a pair, as the model sees them. */
export function viewOf(
  frame: Frame,
  pair: Pair,
  judge: JudgeSettings,
  gold: Gold,
): { truth: Truth; probability: number } {
  const truth = truthOf(frame, gold);
  return { truth, probability: probabilityOfA(truth, accuracyOf(pair, judge.accuracy), judge.positionBias) };
}

/** The answer to a prompt: a proof where it gives a verdict, a verdict with its reasons where it shows a pair. */
export function answerTo(subject: Subject, sampling: AnswerSampling, judge: JudgeSettings, gold: Gold): Written {
  const { frame, pair } = subject;
  if (!frame || !pair) return { text: chatter, verdict: null };
  const draw = drawFor(subject.digest, sampling);
  const tokens = Math.max(40, judge.answerTokens * Math.exp(judge.answerTokensSigma * normal(draw)));
  const { shape, ...form } = formOf(frame.instructions);
  const names = frame.names ?? form.names;
  const { truth, probability } = viewOf(frame, pair, judge, gold);
  const argumentFor = (winner: 'A' | 'B'): Argument => ({
    ...{ frame, names, winner, tokens },
    explanation: winner === truth.better ? truth.explanation : null,
  });
  if (frame.verdict) {
    const argument = argumentFor(frame.verdict);
    return { text: draw() < judge.badProofRate ? badProof(argument, draw) : proof(argument, draw), verdict: null };
  }
  const argument = argumentFor(vote(probability, sampling, draw));
  if (shape) return shaped(shape, argument, probability, judge, draw);
  if (draw() < judge.invalidRate) return { text: unreadable(argument, draw), verdict: null };
  const text = wellFormed(argument, draw);
  const before = text.slice(0, -`${argument.winner}${answerEnd}`.length);
  return withVerdict(text, `${before}${argument.winner === 'A' ? 'B' : 'A'}${answerEnd}`, draw);
}

/** An answer in another form than GRAM-R2's. */
function shaped(shape: Shape, argument: Argument, probability: number, judge: JudgeSettings, draw: Draw): Written {
  const { winner } = argument;
  const isInvalid = draw() < judge.invalidRate;
  const isTie = shape.hasTie && draw() < judge.tieRate;
  // On a scale the judge goes out as far as it is sure.
  const isStrong = draw() < Math.abs(2 * probability - 1);
  const words = reasoning(argument, isTie, draw);
  if (isInvalid) return { text: draw() < 0.5 ? words : shape.compose(words, shape.none(words)), verdict: null };
  const write = (verdict: Verdict): string => shape.compose(words, shape.verdict(verdict, isStrong, words));
  if (isTie) return withVerdict(write('tie'), write(winner), draw);
  return withVerdict(write(winner), write(winner === 'A' ? 'B' : 'A'), draw);
}

const withVerdict = (text: string, otherwise: string, draw: Draw): Written => ({
  text,
  verdict: { otherwise, certainty: 0.9 + 0.0999 * draw() },
});
