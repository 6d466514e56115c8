/** The served model, and the checks that every route makes of a request for it. */
import type { Engine } from '../capacity/engine.ts';
import type { Faults } from '../faults/faults.ts';
import type { JudgeSettings, RewardSettings } from '../judge/settings.ts';
import type { Gold } from '../truth/gold.ts';
import { badRequest, Refusal } from './refusal.ts';
import type { Body } from './request-fields.ts';
import type { Vocabulary } from './tokens.ts';

/** A model and everything that it needs to answer. */
export interface ServedModel {
  readonly name: string;
  readonly maxModelTokens: number;
  readonly judge: JudgeSettings & RewardSettings;
  readonly gold: Gold;
  /** Whether it scores prompts. */
  readonly hasPromptLogprobs: boolean;
  readonly vocabulary: Vocabulary;
  readonly faults: Faults;
  readonly engine: Engine;
  /** A number that no other request of this simulator has. */
  readonly nextId: () => number;
}

/** 404 unless the body names the served model, or none. As in vLLM, only some routes list the models. */
export function checkModel(body: Body, name: string, listsModels = true): void {
  const asked = body.model ?? name;
  if (asked === name) return;
  throw new Refusal(
    404,
    'NotFoundError',
    `The model \`${String(asked)}\` does not exist.${listsModels ? ` Valid aliases: ${name}.` : ''}`,
    'model',
  );
}

/** 400 where the body wants log-probabilities of its prompt and the model has none. */
export function checkPromptLogprobs(body: Body, { hasPromptLogprobs }: ServedModel): void {
  if (body.prompt_logprobs == null || hasPromptLogprobs) return;
  throw badRequest('prompt_logprobs is not supported by this engine', 'prompt_logprobs');
}
