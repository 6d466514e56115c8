/** Reads a comparison by the marks around its texts. */
import { type Comparison, givenVerdictIn } from './comparison.ts';

const questionMark = '[User Question]\n';
const startOfA = "\n\n[The Start of Assistant A's Response]\n";
const between = "\n[The End of Assistant A's Response]\n\n[The Start of Assistant B's Response]\n";
const endOfB = "\n[The End of Assistant B's Response]";

/**
 * Reads GRAM-R2's published prompt; null for any other. A response that imitates the marks misleads this reader, as it may
 * mislead a model.
 */
export function readGramR2(prompt: string): Comparison | null {
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
    givenVerdict: givenVerdictIn(rest),
    instructions: prompt.slice(0, question) + rest,
  };
}

const sectionPattern =
  /(?:\[|<\|)The (?:Start|Begin) of ([^\]|\n]+)(?:\]|\|>)\n([\s\S]*?)\n(?:\[|<\|)The End of \1(?:\]|\|>)/g;

/**
 * Reads any prompt with two sections such as `[The Start of NAME]` or `<|The Start of NAME|>`. Where there are more than two,
 * the last two are compared: a prompt with two proofs shows the responses ahead of them. The question is the text ahead of
 * the first section that follows a mark or fills a paragraph.
 */
export function readSections(prompt: string): Comparison | null {
  const sections = [...prompt.matchAll(sectionPattern)];
  const [a, b] = sections.slice(-2);
  if (!a || !b) return null;
  const lead = prompt.slice(0, sections[0]?.index).trimEnd();
  const question = /(?:^|[\]>]\n|\n\n)((?:(?![\]>]\n|\n\n)[\s\S])*)$/.exec(lead)?.[1] ?? '';
  return {
    question,
    responseA: a[2] ?? '',
    responseB: b[2] ?? '',
    givenVerdict: null,
    instructions: lead.slice(0, lead.length - question.length) + prompt.slice(b.index + b[0].length),
    names: { A: nameOf(a), B: nameOf(b) },
  };
}

/** "Assistant A" of "Assistant A's Answer". */
const nameOf = ([, title = '']: RegExpExecArray): string => title.replace(/'s .*$/, '');
