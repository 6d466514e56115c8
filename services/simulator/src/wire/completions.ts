/** POST /v1/completions: text in, text out, and the scoring of given texts (`prompt_logprobs`, or `echo` with `logprobs`). */
import type { Choice } from '../capacity/engine.ts';
import { faultOf } from '../faults/effects.ts';
import { answerTo } from '../judge/answer.ts';
import { logprobsOf } from '../judge/likelihood.ts';
import { readPrompt } from '../prompt/read-prompt.ts';
import { askedBy } from '../witness/asked.ts';
import type { Answer, Call } from './call.ts';
import { promptLogprobs } from './prompt-logprobs.ts';
import { badRequest, schemaViolation } from './refusal.ts';
import { type Body, integerField, readBody, type SamplingFields, samplingFields } from './request-fields.ts';
import { checkModel, checkPromptLogprobs, type ServedModel } from './served-model.ts';
import { answerLimit, cutAnswer } from './token-limit.ts';
import { tokensOf, type Vocabulary } from './tokens.ts';
import { usage } from './usage.ts';

/** A text as tokens, with their numbers. */
interface Tokenised {
  readonly tokens: readonly string[];
  readonly ids: readonly number[];
}

/** A request whose fields have been checked. */
interface CompletionRequest {
  readonly body: Body;
  readonly sampling: SamplingFields;
  readonly prompt: Tokenised;
  readonly promptText: string;
  /** Whether the answer repeats the prompt. */
  readonly echo: boolean;
  /** Null: no `logprobs` are wanted. */
  readonly alternatives: number | null;
  /** Number of tokens to write; 0 only scores the prompt. */
  readonly wantedTokens: number;
  readonly limit: number;
}

/** Answers one request. */
export function completions(call: Call, model: ServedModel): Answer | Promise<Answer> {
  const request = readRequest(call, model);
  const { body, sampling, promptText, echo, wantedTokens, limit } = request;
  const prompt = readPrompt([{ role: 'user', content: promptText }], model.gold, promptText);
  // Scoring a text differs from continuing it.
  const isScoring = echo || body.prompt_logprobs != null;
  const asked = askedBy(isScoring ? { ...prompt, comparison: null } : prompt, sampling);
  const fault = faultOf(model.faults, asked, promptText);
  const choices = Array.from({ length: sampling.n }, (_, index): Choice => {
    // To score a prompt, vLLM decodes one token, which it counts and does not show.
    if (wantedTokens === 0) return { text: '', completionTokens: 1, finishReason: 'length', stopReason: null };
    const { text } = answerTo(prompt, { ...sampling, seed: sampling.seed + index }, model.judge, model.gold);
    return cutAnswer(text, sampling, limit);
  });
  return model.engine.submit({
    asked,
    promptTokens: request.prompt.ids.length,
    choices,
    fault,
    cancellation: call.cancellation,
    build: () =>
      bodyOf(`cmpl-${call.header('x-request-id') ?? `simulated-${model.nextId()}`}`, request, choices, model),
  });
}

function readRequest(call: Call, model: ServedModel): CompletionRequest {
  const body = readBody(call);
  checkModel(body, model.name);
  const sampling = samplingFields(body);
  checkPromptLogprobs(body, model);
  const prompt = promptField(body, model.vocabulary);
  const echo = body.echo === true;
  const alternatives = body.logprobs == null ? null : integerField(body, 'logprobs', 0);
  const wantedTokens = integerField(body, 'max_tokens', 16);
  if (wantedTokens === 0 && !echo) throw badRequest('max_tokens must be at least 1, got 0.', 'max_tokens');
  const limit = answerLimit(prompt.ids.length, Math.max(1, wantedTokens), model.maxModelTokens);
  return { body, sampling, prompt, promptText: prompt.tokens.join(''), echo, alternatives, wantedTokens, limit };
}

/** The prompt: one text or one list of token numbers, or a list of one of these. */
function promptField(body: Body, vocabulary: Vocabulary): Tokenised {
  const { prompt: field } = body;
  const prompt: unknown = Array.isArray(field) && field.length === 1 && typeof field[0] !== 'number' ? field[0] : field;
  if (typeof prompt === 'string') return tokenise(prompt, vocabulary);
  if (Array.isArray(prompt) && prompt.length > 0 && prompt.every((id): id is number => Number.isInteger(id))) {
    return { tokens: prompt.map(vocabulary.tokenOf), ids: prompt };
  }
  throw schemaViolation(
    "[{'loc': ('body', 'prompt'), 'msg': 'The simulator takes one text or one list of tokens.'}]",
    'body.prompt',
  );
}

function tokenise(text: string, vocabulary: Vocabulary): Tokenised {
  const tokens = tokensOf(text);
  return { tokens, ids: vocabulary.idsOf(tokens) };
}

function bodyOf(id: string, request: CompletionRequest, choices: readonly Choice[], model: ServedModel): unknown {
  const { body, prompt, promptText, echo, alternatives } = request;
  const choiceLogprobs = (text: string, top: number): unknown => {
    const generated = tokenise(text, model.vocabulary);
    return echo
      ? logprobsObject([...prompt.tokens, ...generated.tokens], logprobsOf([...prompt.ids, ...generated.ids]), top)
      : logprobsObject(generated.tokens, logprobsOf(generated.ids, prompt.ids), top);
  };
  return {
    id,
    object: 'text_completion',
    created: Math.floor(Date.now() / 1000),
    model: model.name,
    choices: choices.map((choice, index) => ({
      index,
      text: echo ? promptText + choice.text : choice.text,
      logprobs: alternatives === null ? null : choiceLogprobs(choice.text, alternatives),
      finish_reason: choice.finishReason,
      stop_reason: choice.stopReason,
      token_ids: null,
      prompt_logprobs: body.prompt_logprobs == null ? null : promptLogprobs(prompt.tokens, prompt.ids),
      prompt_token_ids: null,
    })),
    service_tier: null,
    system_fingerprint: null,
    usage: usage(prompt.ids.length, choices),
    kv_transfer_params: null,
  };
}

/** The `logprobs` object of a choice. */
function logprobsObject(
  tokens: readonly string[],
  logprobs: readonly (number | null)[],
  alternatives: number,
): unknown {
  let offset = 0;
  return {
    tokens,
    token_logprobs: logprobs,
    top_logprobs: tokens.map((token, at) => {
      const logprob = logprobs[at] ?? null;
      return logprob === null || alternatives === 0 ? null : { [token]: logprob };
    }),
    text_offset: tokens.map((token) => {
      offset += token.length;
      return offset - token.length;
    }),
  };
}
