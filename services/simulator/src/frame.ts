/** Reads the pair out of a judge's or a prover's prompt (the frame of GRAM-R2's published prompt). */

/** What a prompt asks about: a question and the two responses as shown. */
export interface Frame {
  readonly question: string;
  readonly responseA: string;
  readonly responseB: string;
  /** The given verdict of a prover's prompt; null in a judge's. */
  readonly verdict: 'A' | 'B' | null;
}

const questionMark = '[User Question]\n';
const startOfA = "\n\n[The Start of Assistant A's Response]\n";
const between = "\n[The End of Assistant A's Response]\n\n[The Start of Assistant B's Response]\n";
const endOfB = "\n[The End of Assistant B's Response]";
const verdictMark = /\[The Verdict\]\s*\nResponse ([AB]) is better/;

/** The frame in a prompt, or null where there is none. A response that imitates the frame fools it, as it may fool a model. */
export function readFrame(prompt: string): Frame | null {
  const question = prompt.indexOf(questionMark);
  if (question === -1) return null;
  const a = prompt.indexOf(startOfA, question);
  if (a === -1) return null;
  const b = prompt.indexOf(between, a);
  const end = prompt.lastIndexOf(endOfB);
  if (b === -1 || end < b) return null;
  const verdict = verdictMark.exec(prompt.slice(end + endOfB.length))?.[1];
  return {
    question: prompt.slice(question + questionMark.length, a),
    responseA: prompt.slice(a + startOfA.length, b),
    responseB: prompt.slice(b + between.length, end),
    verdict: verdict === 'A' || verdict === 'B' ? verdict : null,
  };
}
