/** Reads the pair out of a judge's or a prover's prompt, by the marks of the frame around it. */
import type { Names } from '../judge/verdict-formats.ts';

/** What a prompt asks about: a question and the two responses as shown. */
export interface Frame {
  readonly question: string;
  readonly responseA: string;
  readonly responseB: string;
  /** The given verdict of a prover's prompt; null in a judge's. */
  readonly verdict: 'A' | 'B' | null;
  /** The prompt without these texts: what the model is told to do. */
  readonly instructions: string;
  /** What the frame calls the two, where the instructions say something else. */
  readonly names?: Names;
}

const questionMark = '[User Question]\n';
const startOfA = "\n\n[The Start of Assistant A's Response]\n";
const between = "\n[The End of Assistant A's Response]\n\n[The Start of Assistant B's Response]\n";
const endOfB = "\n[The End of Assistant B's Response]";
const verdictMark = /\[The Verdict\]\s*\nResponse ([AB]) is better/;

/** The verdict that a prover is given. */
export function givenVerdict(instructions: string): 'A' | 'B' | null {
  const letter = verdictMark.exec(instructions)?.[1];
  return letter === 'A' || letter === 'B' ? letter : null;
}

/**
 * The frame of GRAM-R2's published prompt, or null where there is none. A response that imitates the frame fools it, as it
 * may fool a model.
 */
export function readFrame(prompt: string): Frame | null {
  const question = prompt.indexOf(questionMark);
  if (question === -1) return null;
  const a = prompt.indexOf(startOfA, question);
  if (a === -1) return null;
  const b = prompt.indexOf(between, a);
  const end = prompt.lastIndexOf(endOfB);
  if (b === -1 || end < b) return null;
  const rest = prompt.slice(end + endOfB.length);
  return {
    question: prompt.slice(question + questionMark.length, a),
    responseA: prompt.slice(a + startOfA.length, b),
    responseB: prompt.slice(b + between.length, end),
    verdict: givenVerdict(rest),
    instructions: prompt.slice(0, question) + rest,
  };
}

const section =
  /(?:\[|<\|)The (?:Start|Begin) of ([^\]|\n]+)(?:\]|\|>)\n([\s\S]*?)\n(?:\[|<\|)The End of \1(?:\]|\|>)/g;

/**
 * Any frame with two sections of the kind `[The Start of NAME]` or `<|The Start of NAME|>`. Where there are more, the last two
 * are compared: a prompt that shows two proofs shows the responses before them. What stands before the first one, behind a mark or in a paragraph of its
 * own, is the question.
 */
export function readSections(prompt: string): Frame | null {
  const sections = [...prompt.matchAll(section)];
  const [a, b] = sections.slice(-2);
  if (!a || !b) return null;
  const before = prompt.slice(0, sections[0]?.index).trimEnd();
  const question = /(?:^|[\]>]\n|\n\n)((?:(?![\]>]\n|\n\n)[\s\S])*)$/.exec(before)?.[1] ?? '';
  return {
    question,
    responseA: a[2] ?? '',
    responseB: b[2] ?? '',
    verdict: null,
    instructions: before.slice(0, before.length - question.length) + prompt.slice(b.index + b[0].length),
    names: { A: nameOf(a), B: nameOf(b) },
  };
}

/** "Assistant A" of "Assistant A's Answer". */
const nameOf = ([, section = '']: RegExpExecArray): string => section.replace(/'s .*$/, '');
