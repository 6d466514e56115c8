import type { Choice } from '../capacity/engine.ts';

/** The `usage` of an answer. */
export function usage(promptTokens: number, choices: readonly Choice[]): Readonly<Record<string, number | null>> {
  const completionTokens = choices.reduce((sum, choice) => sum + choice.completionTokens, 0);
  return {
    prompt_tokens: promptTokens,
    total_tokens: promptTokens + completionTokens,
    completion_tokens: completionTokens,
    prompt_tokens_details: null,
  };
}
