/** Finds what a conversation asks about. */
import { type Digest, digestOfText } from '../draw.ts';
import { genrmInstructions } from '../judge/instructions.ts';
import { type Frame, givenVerdict, readFrame, readSections } from './comparison.ts';
import type { Gold } from '../truth/gold.ts';
import { type Pair, pairOf } from './pair-identity.ts';
import { type Turn, textOfTurns } from './conversation.ts';

/** One prompt, read and digested once for all its choices. */
export interface Subject {
  /** Of the whole prompt text. */
  readonly digest: Digest;
  readonly frame: Frame | null;
  readonly pair: Pair | null;
}

/** `text`: the whole prompt, where it is not the usual text of the turns. */
export function subjectOf(turns: readonly Turn[], gold: Gold, text = textOfTurns(turns)): Subject {
  const frame = frameOf(turns, gold);
  return {
    digest: digestOfText(text),
    frame,
    pair: frame ? pairOf(frame.question, frame.responseA, frame.responseB) : null,
  };
}

/**
 * The pair in a conversation: in turns of its own, in the frame of GRAM-R2, in any frame where it is an item that the judge
 * knows, or in sections with a mark before and behind.
 */
function frameOf(turns: readonly Turn[], gold: Gold): Frame | null {
  const last = turns.findLast(({ role }) => role === 'user');
  const others = turns.filter((turn) => turn !== last).map(({ content }) => content);
  const own = readFrame(last?.content ?? '');
  if (own) {
    // Two proofs after the pair are what is compared then.
    const proofs = own.instructions.includes('[The End of') ? readSections(own.instructions) : null;
    const frame = proofs ? { ...proofs, question: own.question } : own;
    return { ...frame, instructions: [...others, frame.instructions].join('\n') };
  }
  return inTurns(turns) ?? known(turns, gold) ?? readSections([...others, last?.content ?? ''].join('\n\n'));
}

/** Judges whose chat template makes the frame (Nemotron-GenRM) get each response as a turn. */
function inTurns(turns: readonly Turn[]): Frame | null {
  const last = (role: string): string | undefined => turns.findLast((turn) => turn.role === role)?.content;
  const [responseA, responseB] = [last('response_1'), last('response_2')];
  if (responseA === undefined || responseB === undefined) return null;
  const instructions = last('system') ?? genrmInstructions;
  return { question: last('user') ?? '', responseA, responseB, verdict: null, instructions };
}

function known(turns: readonly Turn[], gold: Gold): Frame | null {
  if (gold.size === 0) return null;
  const text = turns.map(({ content }) => content).join('\n\n');
  const located = gold.locate(text);
  if (!located) return null;
  const { item, question, first, second } = located;
  const instructions = [
    text.slice(0, question.start),
    text.slice(question.end, first.start),
    text.slice(first.end, second.start),
    text.slice(second.end),
  ].join('');
  return {
    question: item.question,
    responseA: text.slice(first.start, first.end),
    responseB: text.slice(second.start, second.end),
    verdict: givenVerdict(instructions),
    instructions,
  };
}
