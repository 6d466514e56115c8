/** The words of the judge: feedback on both responses, a comparison, a conclusion, in the answer format of GRAM-R2. */
import { type Draw, pick } from '../draw.ts';
import type { Frame } from '../prompt/comparison.ts';
import { quote } from './quote.ts';
import type { Names } from './verdict-formats.ts';

/** What a rationale argues for. */
export interface Argument {
  readonly frame: Frame;
  readonly winner: 'A' | 'B';
  readonly names: Names;
  /** Why the winner is right, where that is known; a judge that is wrong has no such sentence. */
  readonly explanation: string | null;
  /** About how long it is to be. */
  readonly tokens: number;
}

/** What a token of these sentences is long, about. */
const charactersPerToken = 4.9;

type Sentence = (name: string, words: string) => string;

const praise: readonly Sentence[] = [
  (name, words) => `${name} does what was asked. It says "${words}", which goes straight to the point of the question.`,
  (name, words) =>
    `${name} is helpful: "${words}" holds up when it is checked, and nothing that was needed is missing.`,
  (name, words) => `${name} reads the request correctly. The part "${words}" is what the user came for.`,
  (name, words) => `${name} is the more careful answer; with "${words}" it commits to something that can be verified.`,
  (name, words) => `With "${words}", ${name} stays within what the instruction asks for, no more and no less.`,
  (name, words) => `${name} is accurate as far as I can follow it, and "${words}" is stated plainly.`,
];

const blame: readonly Sentence[] = [
  (name, words) => `${name} is weaker. It says "${words}", and that does not hold up against what the question asks.`,
  (name, words) => `${name} sounds confident, but "${words}" is where it goes wrong.`,
  (name, words) => `${name} only partly follows the instruction; "${words}" leaves the user with the wrong thing.`,
  (name, words) => `The trouble with ${name} is "${words}": a user who relied on it would be misled.`,
  (name, words) => `${name} writes "${words}", which I cannot reconcile with the request.`,
  (name, words) => `${name} is readable, yet "${words}" does not deliver what was wanted.`,
];

const goodDetail: readonly Sentence[] = [
  (name, words) => `Further on, ${name} has "${words}", and this is consistent with the rest of it.`,
  (name, words) => `I also looked at "${words}" in ${name} and found nothing to object to.`,
  (name, words) => `The wording "${words}" in ${name} is clear and easy to act on.`,
  (name, words) => `Where ${name} says "${words}", it supports its own conclusion.`,
];

const badDetail: readonly Sentence[] = [
  (name, words) => `Reading on, ${name} adds "${words}", which does not repair the problem.`,
  (name, words) => `The passage "${words}" in ${name} is fluent but does not settle the question.`,
  (name, words) => `In ${name}, "${words}" takes for granted what should have been shown.`,
  (name, words) => `Taken alone, "${words}" in ${name} could pass; next to the other response it does not convince.`,
];

const goodRemark: readonly Sentence[] = [
  (name) => `${name} is short, which suits a question like this one.`,
  (name) => `There is nothing in ${name} that would have to be taken back.`,
  (name) => `${name} leaves no doubt about what it claims.`,
  (name) => `A reader can act on ${name} without asking again.`,
];

const badRemark: readonly Sentence[] = [
  (name) => `${name} is brief, and what little it says is not right.`,
  (name) => `Nothing in ${name} shows how it arrived there.`,
  (name) => `${name} gives the reader no way to notice the mistake.`,
  (name) => `The even tone of ${name} does not make up for its content.`,
];

const openings: readonly ((question: string) => string)[] = [
  (question) => `The user asks: "${question}".`,
  (question) => `The request here is "${question}", so the first thing to look at is whether each response meets it.`,
  (question) => `What has to be answered is "${question}".`,
];

const comparisons: readonly ((winner: string, loser: string) => string)[] = [
  (winner, loser) => `Side by side, ${winner} meets the request where ${loser} does not.`,
  (winner, loser) =>
    `The difference is one of substance, not of length or tone: ${winner} is right on the main point and ${loser} is not.`,
  (winner, loser) => `${loser} would need a correction before it could be used; ${winner} could be used as it is.`,
  (winner, loser) =>
    `Both are easy to read. What separates them is that ${winner} can be relied on and ${loser} cannot.`,
];

const checks: readonly string[] = ['Checking the point that matters:', 'What decides it:', 'The facts of the matter:'];

const conclusions: readonly ((winner: string, loser: string) => string)[] = [
  (winner) => `${winner} is better.`,
  (winner, loser) => `${winner} is better than ${loser}.`,
  (winner) => `Overall, ${winner} is the better response.`,
  (winner, loser) => `I prefer ${winner} to ${loser}: ${winner} is better.`,
];

/** Feedback on both responses in the order shown, as sentences. */
export function feedback(argument: Argument, draw: Draw): string[] {
  const { frame, winner, names } = argument;
  const shown = [
    { letter: 'A', name: names.A, text: frame.responseA },
    { letter: 'B', name: names.B, text: frame.responseB },
  ] as const;
  const sentences: string[] = shown.map(({ letter, name, text }) =>
    pick(draw, letter === winner ? praise : blame)(name, quote(text, draw, 'opening')),
  );
  // The rest of the answer is about a third of its length.
  const wanted = argument.tokens * charactersPerToken * 0.66;
  let length = sentences.join(' ').length;
  const offset = Math.floor(draw() * 8);
  for (let turn = 0; length < wanted; turn++) {
    const { letter, name, text } = shown[turn % 2] ?? shown[0];
    const isWinner = letter === winner;
    // A short text has been quoted whole already.
    const isShort = text.length < 80;
    const pool = isShort ? (isWinner ? goodRemark : badRemark) : isWinner ? goodDetail : badDetail;
    // In turn, not by chance: a judge that says the same sentence twice reads badly.
    const write = pool[(offset + (turn >> 1)) % pool.length] ?? pick(draw, pool);
    const sentence = write(name, isShort ? '' : quote(text, draw, 'anywhere'));
    length += sentence.length + 1;
    sentences.push(sentence);
  }
  return sentences;
}

/** The parts between `<think>` and `</think>`, without the tags. */
function partsOf(argument: Argument, draw: Draw): { feedback: string; comparison: string; conclusion: string } {
  const { names } = argument;
  const [winner, loser] = argument.winner === 'A' ? [names.A, names.B] : [names.B, names.A];
  const opening = pick(draw, openings)(quote(argument.frame.question, draw, 'opening'));
  const comparison = [pick(draw, comparisons)(winner, loser)];
  if (argument.explanation) comparison.unshift(`${pick(draw, checks)} ${argument.explanation}`);
  return {
    feedback: [opening, ...feedback(argument, draw)].join(' '),
    comparison: comparison.join(' '),
    conclusion: pick(draw, conclusions)(winner, loser),
  };
}

/** The same in running text, for judges of another form. A tie is argued for only at the end. */
export function reasoning(argument: Argument, isTie: boolean, draw: Draw): string {
  const { feedback: words, comparison, conclusion } = partsOf(argument, draw);
  return `${words}\n\n${isTie ? 'On the whole neither of the two stands out.' : `${comparison} ${conclusion}`}`;
}

/** What comes after the letter. */
export const answerEnd = '\n</answer>';

/** A well-formed answer. The misspelt heading belongs to the format that the judge was trained on. */
export function wellFormed(argument: Argument, draw: Draw): string {
  const parts = partsOf(argument, draw);
  return `<think>\nFeedback:\n${parts.feedback}\n\nComparision:\n${parts.comparison}\n\nConclusion:\n${parts.conclusion}\n</think>\n<answer>\n${argument.winner}${answerEnd}`;
}

/** An answer that gives no verdict that can be read, in one of the shapes that real judges produce. */
export function unreadable(argument: Argument, draw: Draw): string {
  const parts = partsOf(argument, draw);
  const think = `<think>\nFeedback:\n${parts.feedback}\n\nComparision:\n${parts.comparison}`;
  const shape = draw();
  if (shape < 0.3) return `${parts.feedback}\n\n${parts.comparison} ${parts.conclusion}`;
  if (shape < 0.55) return think.slice(0, Math.floor(think.length * (0.5 + draw() / 2)));
  if (shape < 0.75) return `${think}\n\nConclusion:\nBoth have their merits.\n</think>\n<answer>\nA or B\n</answer>`;
  if (shape < 0.9) return `${think}\n\nConclusion:\nI cannot decide.\n</think>\n<answer>\nNeither\n</answer>`;
  return `${think}\n\nConclusion:\n${parts.conclusion}\n</think>\n<answer>\nResponse ${argument.winner} is better.\n</answer>`;
}
