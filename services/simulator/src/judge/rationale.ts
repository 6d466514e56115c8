/** Writes the judge's reasons: feedback on both responses, a comparison and a conclusion, in the answer format of GRAM-R2. */
import { type Draw, pick } from '../draw.ts';
import type { Comparison, Letter, Names } from '../prompt/comparison.ts';
import { quote } from './quote.ts';
import {
  badDetail,
  badRemark,
  blame,
  checks,
  comparisons,
  conclusions,
  goodDetail,
  goodRemark,
  openings,
  praise,
} from './sentences.ts';

/** What a rationale argues for. */
export interface Argument {
  readonly comparison: Comparison;
  readonly winner: Letter;
  readonly names: Names;
  /** Why the winner is right, where the corpus says so. A judge that is wrong has no explanation. */
  readonly explanation: string | null;
  /** Approximate length of the answer. */
  readonly tokens: number;
}

/** Average over these sentences. */
const charactersPerToken = 4.9;

/** Feedback on both responses in the order shown, as sentences. */
export function feedback(argument: Argument, draw: Draw): string[] {
  const { comparison, winner, names } = argument;
  const shown = [
    { letter: 'A', name: names.A, text: comparison.responseA },
    { letter: 'B', name: names.B, text: comparison.responseB },
  ] as const;
  const sentences: string[] = shown.map(({ letter, name, text }) =>
    pick(draw, letter === winner ? praise : blame)(name, quote(text, draw, 'opening')),
  );
  // The other parts of an answer take about a third of its length.
  const wantedLength = argument.tokens * charactersPerToken * 0.66;
  let length = sentences.join(' ').length;
  const offset = Math.floor(draw() * 8);
  for (let turn = 0; length < wantedLength; turn++) {
    const { letter, name, text } = shown[turn % 2] ?? shown[0];
    const isWinner = letter === winner;
    // A short text has already been quoted whole.
    const isShort = text.length < 80;
    const pool = isShort ? (isWinner ? goodRemark : badRemark) : isWinner ? goodDetail : badDetail;
    // In turn, not by chance: a judge that repeats a sentence reads badly.
    const write = pool[(offset + (turn >> 1)) % pool.length] ?? pick(draw, pool);
    const sentence = write(name, isShort ? '' : quote(text, draw, 'anywhere'));
    length += sentence.length + 1;
    sentences.push(sentence);
  }
  return sentences;
}

/** The sections between `<think>` and `</think>`, without their headings. */
function sectionsOf(argument: Argument, draw: Draw): { feedback: string; comparison: string; conclusion: string } {
  const { names } = argument;
  const [winner, loser] = argument.winner === 'A' ? [names.A, names.B] : [names.B, names.A];
  const opening = pick(draw, openings)(quote(argument.comparison.question, draw, 'opening'));
  const comparison = [pick(draw, comparisons)(winner, loser)];
  if (argument.explanation) comparison.unshift(`${pick(draw, checks)} ${argument.explanation}`);
  return {
    feedback: [opening, ...feedback(argument, draw)].join(' '),
    comparison: comparison.join(' '),
    conclusion: pick(draw, conclusions)(winner, loser),
  };
}

/** The same as running text, for other formats. A tie shows at the end only. */
export function reasoning(argument: Argument, isTie: boolean, draw: Draw): string {
  const { feedback: words, comparison, conclusion } = sectionsOf(argument, draw);
  return `${words}\n\n${isTie ? 'On the whole neither of the two stands out.' : `${comparison} ${conclusion}`}`;
}

/** What follows the letter. */
export const answerEnd = '\n</answer>';

/** A well-formed answer. The misspelt heading belongs to the format that the judge was trained on. */
export function wellFormed(argument: Argument, draw: Draw): string {
  const sections = sectionsOf(argument, draw);
  return `<think>\nFeedback:\n${sections.feedback}\n\nComparision:\n${sections.comparison}\n\nConclusion:\n${sections.conclusion}\n</think>\n<answer>\n${argument.winner}${answerEnd}`;
}

/** An answer without a readable verdict, in one of the ways in which real judges fail. */
export function unreadable(argument: Argument, draw: Draw): string {
  const sections = sectionsOf(argument, draw);
  const think = `<think>\nFeedback:\n${sections.feedback}\n\nComparision:\n${sections.comparison}`;
  const failure = draw();
  if (failure < 0.3) return `${sections.feedback}\n\n${sections.comparison} ${sections.conclusion}`;
  if (failure < 0.55) return think.slice(0, Math.floor(think.length * (0.5 + draw() / 2)));
  if (failure < 0.75) return `${think}\n\nConclusion:\nBoth have their merits.\n</think>\n<answer>\nA or B\n</answer>`;
  if (failure < 0.9) return `${think}\n\nConclusion:\nI cannot decide.\n</think>\n<answer>\nNeither\n</answer>`;
  return `${think}\n\nConclusion:\n${sections.conclusion}\n</think>\n<answer>\nResponse ${argument.winner} is better.\n</answer>`;
}
