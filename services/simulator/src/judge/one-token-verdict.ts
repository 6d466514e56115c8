/**
 * The verdict in one token, with what else could stand there: for requests that allow nothing but a word (structured outputs),
 * or have room for one token only and ask for its alternatives. Such a judge does not reason; its probabilities are the answer.
 */
import { type AnswerSampling, drawFor, type JudgeSettings, viewOf, vote } from './answer.ts';
import { formOf } from './instructions.ts';
import type { Gold } from '../truth/gold.ts';
import type { Names } from './verdict-formats.ts';
import type { Subject } from '../prompt/read-prompt.ts';

/** Tokens with the natural logarithms of their probabilities, the likeliest first. */
export type Distribution = readonly (readonly [token: string, logprob: number])[];

export interface Readout {
  readonly text: string;
  readonly distribution: Distribution;
}

/** What a model says instead, each half as likely as the one before. */
const otherWords = [
  'The',
  'I',
  'Both',
  'Based',
  'Neither',
  'To',
  'Let',
  'After',
  'It',
  'In',
  'Here',
  '**',
  'Sure',
  'My',
  '1',
];
/** What the two words leave to all others. */
const restMass = 0.02;
/** What an answer that is none leaves to the two words. */
const leastMass = 1e-9;

const logOf = (probability: number): number => Math.max(-9999, Math.log(probability));

const sorted = (entries: (readonly [string, number])[]): Distribution =>
  entries.toSorted(([, one], [, other]) => other - one);

/** Other words with `mass` between them. */
const others = (mass: number, words: Names): (readonly [string, number])[] =>
  otherWords.filter((word) => word !== words.A).map((word, rank) => [word, logOf(mass / 2 ** (rank + 1))]);

/** `allowed`: the words that structured outputs leave, so that no answer is invalid; null where nothing is forced. */
export function readout(
  subject: Subject,
  sampling: AnswerSampling,
  judge: JudgeSettings,
  gold: Gold,
  allowed: readonly string[] | null,
): Readout {
  const { frame, pair } = subject;
  const words = wordsOf(frame ? formOf(frame.instructions).letters : { A: 'A', B: 'B' }, allowed);
  const draw = drawFor(subject.digest, sampling);
  const probability = frame && pair ? viewOf(frame, pair, judge, gold).probability : 0.5;
  const verdict = vote(probability, sampling, draw);
  const two = (mass: number): (readonly [string, number])[] => [
    [words.A, logOf(mass * probability)],
    [words.B, logOf(mass * (1 - probability))],
  ];
  if (allowed) return { text: words[verdict], distribution: sorted([...two(1), ...others(0, words)]) };
  if (!frame || draw() < judge.invalidRate) {
    const instead = sorted([...others(1 - leastMass, words), ...two(leastMass)]);
    return { text: instead[0]?.[0] ?? '', distribution: instead };
  }
  return { text: words[verdict], distribution: sorted([...two(1 - restMass), ...others(restMass, words)]) };
}

/** The letters, or what the request allows in their place. */
function wordsOf(letters: Names, allowed: readonly string[] | null): Names {
  if (!allowed || allowed.includes(letters.A) || allowed.includes(letters.B)) return letters;
  return { A: allowed[0] ?? letters.A, B: allowed[1] ?? allowed[0] ?? letters.B };
}
