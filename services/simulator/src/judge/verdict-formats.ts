/** Verdicts in writing: a word in tags, in double brackets or in a box, on a scale of five, as scores, as a JSON object. */

/** What is said about a pair. */
export type Verdict = 'A' | 'B' | 'tie';

/** What each response is called. */
export interface Names {
  readonly A: string;
  readonly B: string;
}

export interface Shape {
  /** The whole answer: where its reasoning goes. */
  compose(reasoning: string, verdict: string): string;
  /** Whether there is a word for a tie. */
  readonly hasTie: boolean;
  /** `strong`: far out, on a scale. */
  verdict(verdict: Verdict, strong: boolean, reasoning: string): string;
  /** The same with something in the verdict's place that is none. */
  none(reasoning: string): string;
}

const wordPairs: readonly Names[] = [
  { A: 'A>B', B: 'B>A' },
  { A: 'Assistant 1', B: 'Assistant 2' },
  { A: 'Assistant A', B: 'Assistant B' },
  { A: 'Response 1', B: 'Response 2' },
  { A: 'Response A', B: 'Response B' },
  { A: 'A', B: 'B' },
  { A: '1', B: '2' },
  { A: 'first', B: 'second' },
];

/** The pair of words of which one is among those shown; null where none is known. */
export const pairAmong = (words: readonly string[]): Names | null =>
  wordPairs.find(({ A, B }) => words.includes(A) || words.includes(B)) ?? null;

const letters: Names = { A: 'A', B: 'B' };

/** The word for a tie among those shown: `C` is it beside A and B. */
const tieAmong = (words: readonly string[]): string | null =>
  words.find((word) => /^(?:C|A=B|tie)$/i.test(word)) ?? null;

type Compose = Shape['compose'];
const before: Compose = (reasoning, verdict) => `${reasoning}\n\n${verdict}`;
const thinking: Compose = (reasoning, verdict) => `<think>\n${reasoning}\n</think>\n${verdict}`;
/** The sections of RM-R1. */
const evaluating: Compose = (reasoning, verdict) => `<type>Chat</type>\n\n<eval>\n${reasoning}\n</eval>\n\n${verdict}`;
const alone: Compose = (_reasoning, verdict) => verdict;

/** One word between two marks. */
function wordShape(open: string, close: string, shown: readonly string[], compose: Compose): Shape {
  const isScale = shown.some((word) => word.includes('>>'));
  const words = pairAmong(shown) ?? letters;
  const tie = isScale ? 'A=B' : tieAmong(shown);
  const wordOf = (verdict: Verdict, strong: boolean): string => {
    if (verdict === 'tie') return tie ?? words.A;
    return isScale ? (verdict === 'A' ? 'A>B' : 'B>A').replace('>', strong ? '>>' : '>') : words[verdict];
  };
  return {
    compose,
    hasTie: tie !== null,
    verdict: (verdict, strong) => `${open}${wordOf(verdict, strong)}${close}`,
    none: () => `${open}neither${close}`,
  };
}

/** `isWithin`: the brackets stand in answer tags. `hasSections`: the reasoning is asked for in <eval>. */
export function bracketedShape(shown: readonly string[], isWithin: boolean, hasSections: boolean): Shape {
  const [open, close] = isWithin ? ['<answer>[[', ']]</answer>'] : ['[[', ']]'];
  return wordShape(open, close, shown, hasSections ? evaluating : before);
}

/** Reasoning models: what they think is not part of the answer. */
export const boxedShape = (shown: readonly string[]): Shape => wordShape('\\boxed{', '}', shown, thinking);

export const taggedShape = (tag: string, shown: readonly string[]): Shape =>
  wordShape(`<${tag}>\n`, `\n</${tag}>`, shown, thinking);

/** Nothing but the word. */
export const plainShape = (lead: string, words: Names): Shape => ({
  compose: alone,
  hasTie: false,
  verdict: (verdict) => lead + words[verdict === 'B' ? 'B' : 'A'],
  none: () => 'It depends on what is wanted.',
});

/** A score of 1 to 5 for each response, and a ranking of 1 (the first is much better) to 6. */
const rated = (verdict: Verdict, strong: boolean): { scores: [number, number]; ranking: number } => {
  if (verdict === 'tie') return { scores: [3, 3], ranking: 3 };
  const [better, worse] = strong ? [5, 1] : [4, 3];
  return verdict === 'A'
    ? { scores: [better, worse], ranking: strong ? 1 : 2 }
    : { scores: [worse, better], ranking: strong ? 6 : 5 };
};

const inSection = (name: string, content: string): string =>
  `[The Begin of ${name}]\n\\boxed{${content}}\n[The End of ${name}]`;

export const scoresShape = (scoresName: string, rankingName: string): Shape => ({
  compose: before,
  hasTie: false,
  verdict: (verdict, strong) => {
    const { scores, ranking } = rated(verdict, strong);
    return `${inSection(scoresName, scores.join(', '))}\n${inSection(rankingName, String(ranking))}`;
  },
  none: () => inSection(scoresName, 'both are fine'),
});

/** An object with the keys that were shown, as far as their names say what they are for. */
export function jsonShape(keys: readonly string[], outer: string | null, shown: readonly string[]): Shape {
  const words = pairAmong(shown) ?? letters;
  const tie = tieAmong(shown);
  const written = (fill: (key: string, at: number) => unknown): string => {
    let score = 0;
    const object = Object.fromEntries(
      keys.flatMap((key) => {
        const value = fill(key, /score/i.test(key) ? score++ : 0);
        return value === undefined ? [] : [[key, value]];
      }),
    );
    return `\`\`\`json\n${JSON.stringify(outer === null ? object : { [outer]: object })}\n\`\`\``;
  };
  const fields = (reasoning: string, word: unknown, scores: readonly unknown[], ranking: unknown): string =>
    written((key, at) => {
      if (/rank/i.test(key)) return ranking;
      if (/score/i.test(key)) return scores[at];
      if (/verdict|winner|better|prefer|choice|best/i.test(key)) return word;
      return /reason|explan|analys|rationale|feedback|critique|justif/i.test(key) ? reasoning : undefined;
    });
  return {
    compose: alone,
    hasTie: tie !== null,
    verdict: (verdict, strong, reasoning) => {
      const { scores, ranking } = rated(verdict, strong);
      return fields(reasoning, verdict === 'tie' ? (tie ?? words.A) : words[verdict], scores, ranking);
    },
    none: (reasoning) => fields(reasoning, 'neither', [null, null], null),
  };
}

/** Two forms one after the other, for whoever reads either. The second one has no place for reasoning. */
export const bothShapes = (one: Shape, other: Shape): Shape => ({
  compose: one.compose,
  hasTie: one.hasTie && other.hasTie,
  verdict: (verdict, strong, reasoning) =>
    `${one.verdict(verdict, strong, reasoning)}\n${other.verdict(verdict, strong, reasoning)}`,
  none: (reasoning) => one.none(reasoning),
});
