/**
 * A reward model with one label: a raw score for a conversation that ends with a response, as a pure function of its texts.
 *
 *   score = base of the question + margin * merit + noise of the response
 *
 * All responses to a question share its base, so scores compare within a question only, as real ones do. The merit is what
 * the corpus says (1 for the better response, 0 for the worse), else the response's quality in [0, 1). The noise is normal: of
 * two responses that the corpus ranks, the better one scores higher with probability Phi(margin / (noise * sqrt 2)), and the
 * one that scores d higher is the better one with odds exp(d * margin / noise^2). So margin = noise^2 gives the scores of a
 * calibrated Bradley-Terry model.
 */
import { digestOfText, fractionOf } from '../digest.ts';
import { createDraw, normal } from '../draw.ts';
import type { Turn } from '../prompt/conversation.ts';
import { qualityOf } from '../truth/better-response.ts';
import type { Gold } from '../truth/gold.ts';
import { rankOf } from '../truth/known-item.ts';
import type { RewardSettings } from './settings.ts';

const baseDeviation = 4;

/** The score of the last turn, rounded to float32 as in an engine. */
export function rewardOf(turns: readonly Turn[], gold: Gold, settings: RewardSettings): number {
  const response = turns.at(-1)?.content ?? '';
  const earlierTurns = turns.slice(0, -1);
  const lastQuestion = earlierTurns.findLast(({ role }) => role === 'user')?.content ?? '';
  const item =
    gold.find(lastQuestion, response) ?? gold.find(earlierTurns.map(({ content }) => content).join('\n\n'), response);
  const question = (item?.question ?? lastQuestion).trim();

  const base = baseDeviation * normalOf(question);
  if (fractionOf(digestOfText(question), 4) < settings.tieRate) return Math.fround(base);
  const merit = rankOf(item, response) ?? qualityOf(question, response);
  const noise = settings.rewardNoise * normalOf(JSON.stringify([question, response.trim()]));
  return Math.fround(base + settings.rewardMargin * merit + noise);
}

/** A normal number that is fixed for a text. */
function normalOf(text: string): number {
  const [a = 0, b = 0, c = 0, d = 0] = digestOfText(text);
  return normal(createDraw(a, b, c, d));
}

/**
 * The answer of a reward model that is served for chat: the score, as an attribute. Null for a conversation that does not end
 * with a response.
 */
export function rewardAnswer(turns: readonly Turn[], gold: Gold, settings: RewardSettings): string | null {
  if (turns.length < 2 || turns.at(-1)?.role !== 'assistant') return null;
  return `reward:${rewardOf(turns, gold, settings).toFixed(4)}`;
}
