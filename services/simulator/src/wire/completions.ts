/** POST /v1/completions: text in, text out, and the scoring of given texts (`prompt_logprobs`, or `echo` with `logprobs`). */
import { answerTo } from '../judge/answer.ts';
import { type Body, integerField, readBody, samplingFields } from './request-fields.ts';
import type { Choice } from '../capacity/engine.ts';
import { answerLimit, cutAnswer } from './token-limit.ts';
import { promptLogprobs, scoreIds } from '../judge/likelihood.ts';
import { askedOf, checkModel, checkPromptLogprobs, faultOf, type Parts } from './served-model.ts';
import { type Answer, badRequest, type Call, unreadable } from './call.ts';
import { subjectOf } from '../prompt/read-prompt.ts';
import { tokensOf, type Vocabulary } from './tokens.ts';

/** A prompt as tokens, with their numbers. */
interface Prompt {
  readonly tokens: readonly string[];
  readonly ids: readonly number[];
}

/** The prompt of a body: one text or one list of token numbers (or a list of one of these). */
function promptField(body: Body, vocabulary: Vocabulary): Prompt {
  const given: unknown = body.prompt;
  const prompt: unknown = Array.isArray(given) && given.length === 1 && typeof given[0] !== 'number' ? given[0] : given;
  if (typeof prompt === 'string') {
    const tokens = tokensOf(prompt);
    return { tokens, ids: vocabulary.idsOf(tokens) };
  }
  if (Array.isArray(prompt) && prompt.length > 0 && prompt.every((id): id is number => Number.isInteger(id))) {
    return { tokens: prompt.map(vocabulary.tokenOf), ids: prompt };
  }
  throw unreadable(
    "[{'loc': ('body', 'prompt'), 'msg': 'The simulator takes one text or one list of tokens.'}]",
    'body.prompt',
  );
}

/** The `logprobs` object of a choice. */
function logprobsOf(tokens: readonly string[], scores: readonly (number | null)[], alternatives: number): unknown {
  let offset = 0;
  return {
    tokens,
    token_logprobs: scores,
    top_logprobs: tokens.map((token, at) => {
      const logprob = scores[at] ?? null;
      return logprob === null || alternatives === 0 ? null : { [token]: logprob };
    }),
    text_offset: tokens.map((token) => {
      offset += token.length;
      return offset - token.length;
    }),
  };
}

/** Handles one request. */
export function completions(call: Call, parts: Parts): Answer | Promise<Answer> {
  const body = readBody(call);
  checkModel(body, parts.model);
  const sampling = samplingFields(body);
  checkPromptLogprobs(body, parts);
  const { tokens, ids } = promptField(body, parts.vocabulary);
  const prompt = tokens.join('');
  const echo = body.echo === true;
  const alternatives = body.logprobs == null ? null : integerField(body, 'logprobs', 0);
  const wantedTokens = integerField(body, 'max_tokens', 16);
  if (wantedTokens === 0 && !echo) throw badRequest('max_tokens must be at least 1, got 0.', 'max_tokens');
  const limit = answerLimit(ids.length, Math.max(1, wantedTokens), parts.maxModelTokens);

  const subject = subjectOf([{ role: 'user', content: prompt }], parts.gold, prompt);
  // Scoring a text is another question than continuing it.
  const scoring = echo || body.prompt_logprobs != null;
  const asked = askedOf(scoring ? { ...subject, frame: null } : subject, sampling);
  const fault = faultOf(parts.faults, asked, prompt);
  const choices = Array.from({ length: sampling.n }, (_, index): Choice => {
    // Prompt scoring: vLLM decodes one token that nobody sees, and counts it.
    if (wantedTokens === 0) return { text: '', completionTokens: 1, finishReason: 'length', stopReason: null };
    const { text } = answerTo(subject, { ...sampling, seed: sampling.seed + index }, parts.judge, parts.gold);
    return cutAnswer(text, sampling, limit);
  });
  const completionTokens = choices.reduce((sum, choice) => sum + choice.completionTokens, 0);

  const choiceLogprobs = (text: string, top: number): unknown => {
    const written = tokensOf(text);
    const writtenIds = parts.vocabulary.idsOf(written);
    return echo
      ? logprobsOf([...tokens, ...written], scoreIds([...ids, ...writtenIds]), top)
      : logprobsOf(written, scoreIds(writtenIds, ids), top);
  };

  return parts.engine.submit({
    asked,
    promptTokens: ids.length,
    choices,
    fault,
    cancellation: call.cancellation,
    build: () => ({
      id: `cmpl-${call.header('x-request-id') ?? `simulated-${parts.nextId()}`}`,
      object: 'text_completion',
      created: Math.floor(Date.now() / 1000),
      model: parts.model,
      choices: choices.map((choice, index) => ({
        index,
        text: echo ? prompt + choice.text : choice.text,
        logprobs: alternatives === null ? null : choiceLogprobs(choice.text, alternatives),
        finish_reason: choice.finishReason,
        stop_reason: choice.stopReason,
        token_ids: null,
        prompt_logprobs: body.prompt_logprobs == null ? null : promptLogprobs(tokens, ids),
        prompt_token_ids: null,
      })),
      service_tier: null,
      system_fingerprint: null,
      usage: {
        prompt_tokens: ids.length,
        total_tokens: ids.length + completionTokens,
        completion_tokens: completionTokens,
        prompt_tokens_details: null,
      },
      kv_transfer_params: null,
    }),
  });
}
