/** POST /v1/chat/completions */
import { answerTo } from '../judge/answer.ts';
import { type Body, integerField, readBody, samplingFields } from './request-fields.ts';
import { choiceLogprobs, type Deciding, logprobFields } from './choice-logprobs.ts';
import type { Choice } from '../capacity/engine.ts';
import { answerLimit, cutAnswer } from './token-limit.ts';
import { promptLogprobs } from '../judge/likelihood.ts';
import { askedOf, checkModel, checkPromptLogprobs, faultOf, type Parts } from './served-model.ts';
import type { Answer, Call } from './call.ts';
import { readout } from '../judge/one-token-verdict.ts';
import { rewardAnswer } from '../judge/reward.ts';
import { subjectOf } from '../prompt/read-prompt.ts';
import { tokensOf } from './tokens.ts';
import { countTemplated, templated, textOfTurns, turnsOf } from '../prompt/conversation.ts';

/**
 * The words that structured outputs allow: a choice, or a regular expression that a letter matches. Null: a text is asked for;
 * other expressions are not heeded, as by engines that do not know the field.
 */
function allowedWords(body: Body): string[] | null {
  const { choice, regex } = (body.structured_outputs ?? {}) as { choice?: unknown; regex?: unknown };
  if (Array.isArray(choice)) return choice.map(String);
  if (typeof regex !== 'string') return null;
  const words = ['A', 'B', '1', '2'].filter((word) => matches(regex, word));
  return words.length > 0 ? words : null;
}

function matches(regex: string, word: string): boolean {
  try {
    return new RegExp(`^(?:${regex})$`).test(word);
  } catch {
    return false; // another dialect
  }
}

/** Handles one request. */
export function chat(call: Call, parts: Parts): Answer | Promise<Answer> {
  const body = readBody(call);
  checkModel(body, parts.model);
  const sampling = samplingFields(body);
  const logprobs = logprobFields(body);
  checkPromptLogprobs(body, parts);
  const allowed = allowedWords(body);
  const turns = turnsOf(body);
  const promptTokens = countTemplated(turns);
  const wantedTokens = body.max_completion_tokens ?? body.max_tokens ?? null;
  const field = body.max_completion_tokens == null ? 'max_tokens' : 'max_completion_tokens';
  const limit = answerLimit(
    promptTokens,
    wantedTokens === null ? null : integerField(body, field, 0),
    parts.maxModelTokens,
  );

  const prompt = textOfTurns(turns);
  const subject = subjectOf(turns, parts.gold);
  const asked = askedOf(subject, sampling);
  const fault = faultOf(parts.faults, asked, prompt);

  // With room for one token, and its alternatives asked for, the probabilities are the answer.
  const wantsToken = limit === 1 && logprobs.wanted && (logprobs.ids !== null || logprobs.top >= 2);
  const deciding = new Map<Choice, Deciding>();
  const choices = Array.from({ length: sampling.n }, (_, index): Choice => {
    const one = { ...sampling, seed: sampling.seed + index };
    if (allowed !== null || wantsToken) {
      const { text, distribution } = readout(subject, one, parts.judge, parts.gold, allowed);
      const choice = cutAnswer(text, sampling, limit);
      deciding.set(choice, { kind: 'token', distribution });
      return choice;
    }
    const written = rewardAnswer(turns, parts) ?? answerTo(subject, one, parts.judge, parts.gold);
    const choice = cutAnswer(written.text, sampling, limit);
    if (written.verdict) deciding.set(choice, { kind: 'word', verdict: written.verdict });
    return choice;
  });

  const promptLogprobsOf = (): unknown => {
    const tokens = templated(turns);
    return promptLogprobs(tokens, parts.vocabulary.idsOf(tokens));
  };
  const id = call.header('x-request-id') ?? body.request_id ?? `simulated-${parts.nextId()}`;
  const completionTokens = choices.reduce((sum, choice) => sum + choice.completionTokens, 0);
  return parts.engine.submit({
    asked,
    promptTokens,
    choices,
    fault,
    cancellation: call.cancellation,
    build: () => ({
      id: `chatcmpl-${String(id)}`,
      object: 'chat.completion',
      created: Math.floor(Date.now() / 1000),
      model: parts.model,
      choices: choices.map((choice, index) => ({
        index,
        message: {
          role: 'assistant',
          content: choice.text,
          refusal: null,
          annotations: null,
          audio: null,
          function_call: null,
          tool_calls: [],
          reasoning: null,
        },
        logprobs: logprobs.wanted
          ? choiceLogprobs(choice.text, deciding.get(choice) ?? null, logprobs, parts.vocabulary)
          : null,
        finish_reason: choice.finishReason,
        stop_reason: choice.stopReason,
        token_ids: body.return_token_ids === true ? parts.vocabulary.idsOf(tokensOf(choice.text)) : null,
      })),
      service_tier: null,
      system_fingerprint: null,
      usage: {
        prompt_tokens: promptTokens,
        total_tokens: promptTokens + completionTokens,
        completion_tokens: completionTokens,
        prompt_tokens_details: null,
      },
      prompt_logprobs: body.prompt_logprobs == null ? null : promptLogprobsOf(),
      prompt_token_ids: null,
      kv_transfer_params: null,
    }),
  });
}
