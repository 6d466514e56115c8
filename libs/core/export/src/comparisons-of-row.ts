/** The comparisons of a row that a training set takes, or why it takes none. */
import { isImitation, type Order, type Row } from '@proofmill/contract';
import type { BenchmarkHit, BenchmarkPrompts } from './benchmark-prompts.ts';
import type { Argued, Comparison } from './comparison.ts';
import type { LeftOut } from './left-out.ts';
import { type Conversation, fitsConversation } from './turns.ts';

export interface Selection {
  /** Only the rows that are kept, or all that have a winner. */
  readonly keep: 'kept' | 'all';
  readonly minConfidence: number | null;
  readonly minProbability: number | null;
  readonly without: BenchmarkPrompts | null;
  readonly conversation: Conversation;
  /** How texts are taken; null for sets that have none. */
  readonly texts: Texts | null;
}

export interface Texts {
  readonly from: 'proof' | 'rationale' | 'any';
  readonly bothOrders: boolean;
  /** A proof as the answer of a judge, by the rule of its prover; null where it has not the form. */
  readonly answerOfProof: (text: string) => string | null;
}

export type RowComparisons =
  | { readonly comparisons: readonly Comparison[] }
  | { readonly leftOut: LeftOut; readonly hit?: BenchmarkHit };

/** The winner against every other response; where texts are wanted, against the one that the text speaks of. */
export function comparisonsOfRow(row: Row, selection: Selection): RowComparisons {
  const why = whyNot(row, selection);
  if (why) return { leftOut: why };
  const hit = selection.without?.find(row.prompt);
  if (hit) return { leftOut: hit.by, hit };
  if (!fitsConversation(row.prompt, selection.conversation)) return { leftOut: 'turns' };
  const winner = row.winner ?? 0;
  const others = new Set(row.responses.flatMap((text, index) => (text === row.responses[winner] ? [] : [index])));
  if (others.size === 0) return { leftOut: 'same-text' };
  if (!selection.texts) return { comparisons: differing(row, winner, others) };
  return argued(row, winner, others, selection.texts);
}

function whyNot(row: Row, { keep, minConfidence, minProbability }: Selection): LeftOut | null {
  if (row.flags.some(isImitation)) return 'imitation';
  if (row.winner === null) return 'tie';
  if (keep === 'kept' && !row.kept) return 'not-kept';
  if (minConfidence !== null && !((row.confidence ?? -1) >= minConfidence)) return 'below-confidence';
  if (minProbability !== null && !((row.probability ?? -1) >= minProbability)) return 'below-probability';
  return null;
}

/** One for each text: two responses may have the same. */
function differing(row: Row, winner: number, others: ReadonlySet<number>): Comparison[] {
  const byText = new Map<string | undefined, number>();
  for (const other of others) if (!byText.has(row.responses[other])) byText.set(row.responses[other], other);
  return [...byText.values()].map((other) => comparisonOf(row, winner, other, null));
}

function comparisonOf(row: Row, winner: number, other: number, text: Argued | null): Comparison {
  const { prompt, responses, scores } = row;
  const [chosen = 0, rejected = 0] = [scores?.values[winner], scores?.values[other]];
  return {
    prompt,
    chosen: responses[winner] ?? '',
    rejected: responses[other] ?? '',
    certainty: row.probability ?? row.confidence,
    scores: scores ? [chosen, rejected] : null,
    argued: text,
  };
}

interface Found {
  readonly other: number;
  readonly argued: Argued;
}

function argued(row: Row, winner: number, others: ReadonlySet<number>, texts: Texts): RowComparisons {
  const tried = [
    ...(texts.from === 'rationale' ? [] : [ofProof(row, winner, others, texts)]),
    ...(texts.from === 'proof' ? [] : [ofRationale(row, winner, others)]),
  ];
  const [first, second] = tried.filter((each): each is Found => typeof each === 'object');
  if (!first) {
    const why = tried.filter((each): each is LeftOut => typeof each === 'string');
    return { leftOut: why.find((reason) => reason !== 'no-text') ?? 'no-text' };
  }
  const isOtherOrder = second?.other === first.other && second.argued.isChosenFirst !== first.argued.isChosenFirst;
  const taken = second && texts.bothOrders && isOtherOrder ? [first, second] : [first];
  return { comparisons: taken.map(({ other, argued: text }) => comparisonOf(row, winner, other, text)) };
}

function ofProof(row: Row, winner: number, others: ReadonlySet<number>, texts: Texts): Found | LeftOut {
  if (!row.proof) return 'no-text';
  const { order, text, cut } = row.proof;
  const pair = pairIn(order, winner, others);
  if (!pair) return 'other-responses';
  if (cut) return 'cut-text';
  if (holdsTags(text)) return 'tagged-text';
  const answer = texts.answerOfProof(text);
  const letter = pair.isChosenFirst ? 'A' : 'B';
  // A proof of the other side, which `--keep all` may bring, argues against the label.
  if (!answer?.endsWith(`<answer>\n${letter}\n</answer>`)) return 'no-text';
  return { other: pair.other, argued: { kind: 'proof', isChosenFirst: pair.isChosenFirst, answer } };
}

function ofRationale(row: Row, winner: number, others: ReadonlySet<number>): Found | LeftOut {
  if (!row.rationale || row.rationale.text.trim() === '') return 'no-text';
  const { order, text, cut } = row.rationale;
  const pair = pairIn(order, winner, others);
  if (!pair) return 'other-responses';
  if (cut) return 'cut-text';
  if (holdsTags(text)) return 'tagged-text';
  const { other, isChosenFirst } = pair;
  const answer = `<think>\n${text.trim()}\n</think>\n<answer>\n${isChosenFirst ? 'A' : 'B'}\n</answer>`;
  return { other, argued: { kind: 'rationale', isChosenFirst, answer } };
}

function pairIn(
  order: Order,
  winner: number,
  others: ReadonlySet<number>,
): { readonly other: number; readonly isChosenFirst: boolean } | null {
  const [first, second, more] = order;
  if (first === undefined || second === undefined || more !== undefined) return null;
  const other = first === winner ? second : first;
  if ((first !== winner && second !== winner) || !others.has(other)) return null;
  return { other, isChosenFirst: first === winner };
}

const holdsTags = (text: string): boolean => /<\/?(?:think|answer)>/i.test(text);
