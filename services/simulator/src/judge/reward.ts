/**
 * A reward model with one label: a raw score for a conversation that ends with a response, as a pure function of its texts.
 *
 *   score = base of the question + margin * merit + noise of the response
 *
 * The base is shared by all responses to a question, so that scores compare within a question only, as real ones do. The merit
 * is what the corpus says (1 the better, 0 the worse), else the response's quality in [0, 1). The noise is normal: of two
 * responses that the corpus tells apart, the better one scores higher with the probability Phi(margin / (noise * sqrt 2)), and
 * the one that scores d higher is the better one with the odds exp(d * margin / noise^2). So with margin = noise^2 the scores
 * are those of a calibrated Bradley-Terry model.
 */
import { createDraw, digestOfText, fractionOf, normal } from '../draw.ts';
import { type Gold, rankOf } from '../truth/gold.ts';
import { qualityOf } from '../truth/better-response.ts';
import type { Turn } from '../prompt/conversation.ts';

/** The character of the reward model. */
export interface RewardSettings {
  readonly rewardMargin: number;
  /** Standard deviation. */
  readonly rewardNoise: number;
  /** Share of questions all whose responses get one score. */
  readonly tieRate: number;
}

const baseDeviation = 4;

/** Rounded to float32, as an engine has it. */
export function rewardOf(turns: readonly Turn[], gold: Gold, settings: RewardSettings): number {
  const response = turns.at(-1)?.content ?? '';
  const before = turns.slice(0, -1);
  const last = before.findLast(({ role }) => role === 'user')?.content ?? '';
  const item = gold.find(last, response) ?? gold.find(before.map(({ content }) => content).join('\n\n'), response);
  const question = (item?.question ?? last).trim();

  const base = baseDeviation * normalOf(question);
  if (fractionOf(digestOfText(question), 4) < settings.tieRate) return Math.fround(base);
  const merit = rankOf(item, response) ?? qualityOf(question, response);
  const noise = settings.rewardNoise * normalOf(JSON.stringify([question, response.trim()]));
  return Math.fround(base + settings.rewardMargin * merit + noise);
}

/** A normal number that belongs to a text. */
function normalOf(text: string): number {
  const [a = 0, b = 0, c = 0, d = 0] = digestOfText(text);
  return normal(createDraw(a, b, c, d));
}

/**
 * What a reward model answers that is served for chat: a conversation that ends with the response is answered with its score, as
 * an attribute. Null for a conversation that does not.
 */
export function rewardAnswer(
  turns: readonly Turn[],
  { gold, judge }: { gold: Gold; judge: RewardSettings },
): { text: string; verdict: null } | null {
  if (turns.length < 2 || turns.at(-1)?.role !== 'assistant') return null;
  return { text: `reward:${rewardOf(turns, gold, judge).toFixed(4)}`, verdict: null };
}
