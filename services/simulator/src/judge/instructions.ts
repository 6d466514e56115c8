/** How the instructions of a prompt want a verdict, and what they call the responses. */
import {
  bothShapes,
  boxedShape,
  bracketedShape,
  jsonShape,
  type Names,
  pairAmong,
  plainShape,
  type Shape,
  scoresShape,
  taggedShape,
} from './verdict-formats.ts';

export interface Form {
  /** How the rationale calls the responses. */
  readonly names: Names;
  /** The token that stands for each response where an answer has no room for more. */
  readonly letters: Names;
  /** Null: the sections and the answer block of GRAM-R2. */
  readonly shape: Shape | null;
}

/** The names that are looked for, the one that GRAM-R2's prompt uses beside "Assistant A's Response" first. */
const namePairs: readonly Names[] = [
  { A: 'Response A', B: 'Response B' },
  { A: 'Chatbot A', B: 'Chatbot B' },
  { A: 'Assistant A', B: 'Assistant B' },
  { A: 'Assistant 1', B: 'Assistant 2' },
  { A: 'Response 1', B: 'Response 2' },
];

/**
 * Stands for instructions that the chat template of a GenRM holds and the prompt does not. The older ones want sections with
 * boxes, the newer ones a JSON object, and the prompt does not tell which.
 */
export const genrmInstructions = 'Response 1 and Response 2, as a GenRM compares them.';

/** All prompts of a stage have the same instructions, and reading them costs as much as the rest of an answer. */
const formsRead = new Map<string, Form>();
const mostFormsKept = 64;

/** Reads instructions: a prompt without the question and the responses, which may show any form. */
export function formOf(instructions: string): Form {
  const known = formsRead.get(instructions);
  if (known) return known;
  if (formsRead.size === mostFormsKept) formsRead.clear();
  const form = readForm(instructions);
  formsRead.set(instructions, form);
  return form;
}

function readForm(instructions: string): Form {
  const names = namePairs.find(({ A }) => instructions.includes(A)) ?? { A: 'Response A', B: 'Response B' };
  return {
    names,
    letters: names.A.endsWith('1') ? { A: '1', B: '2' } : { A: 'A', B: 'B' },
    shape: shapeOf(instructions),
  };
}

/** What instructions show: words in the verdict's place. The most particular form is tried first. */
function shapeOf(instructions: string): Shape | null {
  const all = (pattern: RegExp): string[] => [...instructions.matchAll(pattern)].map(([, word = '']) => word.trim());

  const sections = all(/\[The Begin of ([^\]\n]*Scores?)\]/g);
  const ranking = sections.find((name) => /rank/i.test(name));
  const scores = sections.find((name) => name !== ranking);
  if (ranking !== undefined && scores !== undefined) return scoresShape(scores, ranking);
  if (instructions === genrmInstructions) {
    const object = jsonShape(['score_1', 'score_2', 'ranking'], null, []);
    return bothShapes(scoresShape('Individual Scores', 'Ranking Score'), object);
  }

  const keys = [...new Set(all(/"([A-Za-z]\w*)"\s*:/g))];
  if (keys.some((key) => /rank|verdict|winner|better|prefer|choice|best/i.test(key))) {
    const outer = keys.find((key) => new RegExp(`"${key}"\\s*:\\s*\\{`).test(instructions)) ?? null;
    const words = all(/"([^"\n]*)"/g).flatMap((text) => text.split(/\s*(?:[|/,]|\bor\b)\s*/));
    return jsonShape(
      keys.filter((key) => key !== outer),
      outer,
      words,
    );
  }

  const inBrackets = all(/\[\[([^[\]\n]{1,24})\]\]/g);
  if (inBrackets.length > 0) {
    return bracketedShape(inBrackets, /<answer>\s*\[\[/.test(instructions), instructions.includes('<eval>'));
  }
  const inBoxes = all(/boxed\{+([^{}\n]{1,24})\}/g);
  if (inBoxes.length > 0) return boxedShape(inBoxes);

  const tags = instructions.matchAll(/<([a-z]+)>\s*(\w+(?: \w+){0,2})\s*<\/\1>/g);
  for (const [, tag = '', words = ''] of tags) {
    const shown = words.split(' or ');
    const pair = pairAmong(shown);
    if (pair && (tag !== 'answer' || pair.A !== 'A')) return taggedShape(tag, shown);
  }
  if (instructions.includes('Output (a)')) return plainShape('Output ', { A: '(a)', B: '(b)' });
  if (/#Preferred:\s*$/.test(instructions)) return plainShape('', { A: 'A', B: 'B' });
  return null;
}
