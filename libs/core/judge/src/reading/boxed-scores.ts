import type { ParseRule } from '@proofmill/contract';
import { lastBox } from './boxed.ts';
import { type Found, notFound, plainNumber } from './found.ts';
import { rankingWords, verdictOfRanking } from './verdict-words.ts';

type BoxedScoresRule = Extract<ParseRule, { rule: 'boxed-scores' }>;

/**
 * The answer of Nemotron-GenRM: one section with a score for each response, `\boxed{x, y}`, and one with the ranking score,
 * `\boxed{z}`. The ranking score decides; unreadable scores are unknown and change nothing. NVIDIA's code assumes the middle of the
 * range if it can read nothing, which turns every failure into a tie; here that answer is invalid.
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

/** The last section of that name: an analysis may quote an earlier one. Null if it is not closed, even if an earlier one is. */
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
