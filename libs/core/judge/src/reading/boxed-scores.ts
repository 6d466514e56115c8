import type { ParseRule } from '@proofmill/contract';
import { lastBox } from './boxed.ts';
import { type Found, notFound, plainNumber } from './found.ts';
import { rankingWords, verdictOfRanking } from './verdict-words.ts';

type BoxedScoresRule = Extract<ParseRule, { rule: 'boxed-scores' }>;

/**
 * The answer of Nemotron-GenRM: a section with the score of each response, `\boxed{x, y}`, and one with the ranking score,
 * `\boxed{z}`. The ranking score decides; scores that cannot be read are not known, and change nothing. NVIDIA's code takes the
 * middle where it can read nothing, which makes a tie of every failure; here it is invalid.
 */
export function findBoxedScores(visible: string, rule: BoxedScoresRule): Found {
  const ranking = lastSection(visible, rule.ranking);
  const scores = lastSection(visible, rule.scores);
  const starts = [scores, ranking].flatMap((section) => (section ? [section.start] : []));
  const nothing = notFound(Math.min(visible.length, ...starts));
  const box = ranking && lastBox(ranking.content);
  const score = box && plainNumber(box.content);
  const judgment = typeof score === 'number' ? verdictOfRanking(score, rule.rankingTo) : null;
  if (!ranking || !box || !judgment) return nothing;
  return {
    ...nothing,
    judgment,
    verdict: { at: ranking.at + box.at, words: rankingWords(rule.rankingTo) },
    scores: pairOf(scores?.content),
  };
}

interface Section {
  readonly content: string;
  readonly at: number;
  readonly start: number;
}

/** The last section of a name: an analysis may quote one from a response. One that is not closed is none, and hides the others. */
function lastSection(text: string, name: string): Section | null {
  const open = `[The Begin of ${name}]`;
  const start = text.lastIndexOf(open);
  if (start < 0) return null;
  const at = start + open.length;
  const end = text.indexOf(`[The End of ${name}]`, at);
  return end < 0 ? null : { content: text.slice(at, end), at, start };
}

function pairOf(section: string | undefined): readonly [number, number] | null {
  const parts = (section === undefined ? null : lastBox(section))?.content.split(',') ?? [];
  const [first, second, more] = parts.slice(0, 3).map(plainNumber);
  return typeof first === 'number' && typeof second === 'number' && more === undefined ? [first, second] : null;
}
