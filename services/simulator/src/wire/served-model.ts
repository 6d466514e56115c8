/** What the routes share. */
import type { JudgeSettings } from '../judge/answer.ts';
import type { Body, SamplingFields } from './request-fields.ts';
import type { Engine } from '../capacity/engine.ts';
import type { Fault, Faults } from '../faults/faults.ts';
import type { Gold } from '../truth/gold.ts';
import { badRequest, Refusal } from './call.ts';
import type { RewardSettings } from '../judge/reward.ts';
import type { Subject } from '../prompt/read-prompt.ts';
import type { Vocabulary } from './tokens.ts';
import type { Asked } from '../witness/request-log.ts';

/** The served model and what answers for it. */
export interface Parts {
  readonly model: string;
  readonly maxModelTokens: number;
  readonly judge: JudgeSettings & RewardSettings;
  readonly gold: Gold;
  /** Whether it scores prompts. */
  readonly promptLogprobs: boolean;
  readonly vocabulary: Vocabulary;
  readonly faults: Faults;
  readonly engine: Engine;
  /** A number that no other request of this simulator has. */
  readonly nextId: () => number;
}

/** 404 unless the body names the served model, or none. As in vLLM, only some routes say which models there are. */
export function checkModel(body: Body, model: string, saysAliases = true): void {
  const asked = body.model ?? model;
  if (asked === model) return;
  throw new Refusal(
    404,
    'NotFoundError',
    `The model \`${String(asked)}\` does not exist.${saysAliases ? ` Valid aliases: ${model}.` : ''}`,
    'model',
  );
}

/** 400 where the body wants log-probabilities of its prompt and the simulator was told to have none. */
export function checkPromptLogprobs(body: Body, { promptLogprobs }: Parts): void {
  if (body.prompt_logprobs == null || promptLogprobs) return;
  throw badRequest('prompt_logprobs is not supported by this engine', 'prompt_logprobs');
}

/** The identity under which the log counts a request. A proof of a verdict is another question than the verdict. */
export function askedOf(subject: Subject, sampling: SamplingFields): Asked {
  const { frame, pair, digest } = subject;
  const { seed, n } = sampling;
  if (!frame || !pair) return { digest, kind: 'other', order: null, seed, n };
  return { digest: pair.digest, kind: frame.verdict ? 'prove' : 'judge', order: pair.sorted ? 0 : 1, seed, n };
}

/** The fault that a request is to suffer; throws where that is a refusal. */
export function faultOf(faults: Faults, asked: Asked, prompt: string): Fault | null {
  const fault = faults.next(() => `${asked.digest.join()} ${asked.kind} ${asked.order} ${asked.seed}`, prompt);
  switch (fault?.kind) {
    case '400':
      throw badRequest('Simulated: this prompt is refused.');
    case '429':
      throw new Refusal(429, 'RateLimitError', 'Simulated: too many requests.');
    case '500':
      throw new Refusal(
        500,
        'InternalServerError',
        'EngineCore encountered an issue. See stack trace (above) for the root cause.',
      );
    case '503':
      throw new Refusal(
        503,
        'Service Unavailable',
        'The engine is currently busy and cannot accept new requests. Please try again later or on a different instance.',
      );
    default:
      return fault;
  }
}
