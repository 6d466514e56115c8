/** POST /v1/completions: text in, text out, and the scoring of given texts (`prompt_logprobs`, or `echo` with `logprobs`). */
import { answerText } from './answer.ts';
import { type Body, integerField, readBody, samplingFields } from './body.ts';
import type { Choice } from './engine.ts';
import { answerLimit, cutAnswer } from './limit.ts';
import { promptLogprobs, type ScoredToken, scoreTokens } from './logprobs.ts';
import { askedOf, checkModel, faultOf, type Parts, subjectOf } from './parts.ts';
import { type Answer, badRequest, type Call, unreadable } from './protocol.ts';
import { tokensOf } from './tokens.ts';

/** The prompt of a body: one text (or a list of one). */
function promptField(body: Body): string {
  const prompt = Array.isArray(body.prompt) && body.prompt.length === 1 ? (body.prompt as unknown[])[0] : body.prompt;
  if (typeof prompt === 'string') return prompt;
  throw unreadable("[{'loc': ('body', 'prompt'), 'msg': 'The simulator takes one text.'}]", 'body.prompt');
}

/** The `logprobs` object of a choice. */
function logprobsOf(scored: readonly ScoredToken[], alternatives: number): unknown {
  let offset = 0;
  return {
    tokens: scored.map(({ token }) => token),
    token_logprobs: scored.map(({ logprob }) => logprob),
    top_logprobs: scored.map(({ token, logprob }) =>
      logprob === null || alternatives === 0 ? null : { [token]: logprob },
    ),
    text_offset: scored.map(({ token }) => {
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
  const prompt = promptField(body);
  const echo = body.echo === true;
  const alternatives = body.logprobs == null ? null : integerField(body, 'logprobs', 0);
  const wantedTokens = integerField(body, 'max_tokens', 16);
  if (wantedTokens === 0 && !echo) throw badRequest('max_tokens must be at least 1, got 0.', 'max_tokens');
  const promptList = tokensOf(prompt);
  const limit = answerLimit(promptList.length, Math.max(1, wantedTokens), parts.maxModelTokens);

  const subject = subjectOf(prompt, prompt);
  // Scoring a text is another question than continuing it.
  const scoring = echo || body.prompt_logprobs != null;
  const asked = askedOf(scoring ? { ...subject, frame: null } : subject, sampling);
  const fault = faultOf(parts.faults, asked, prompt);
  const choices = Array.from({ length: sampling.n }, (_, index): Choice => {
    // Prompt scoring: vLLM decodes one token that nobody sees, and counts it.
    if (wantedTokens === 0) return { text: '', completionTokens: 1, finishReason: 'length', stopReason: null };
    const text = answerText(subject, { ...sampling, seed: sampling.seed + index }, parts.judge, parts.gold);
    return cutAnswer(text, sampling, limit);
  });
  const completionTokens = choices.reduce((sum, choice) => sum + choice.completionTokens, 0);

  return parts.engine.submit({
    asked,
    promptTokens: promptList.length,
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
        logprobs:
          alternatives === null
            ? null
            : logprobsOf(
                echo
                  ? scoreTokens([...promptList, ...tokensOf(choice.text)])
                  : scoreTokens(tokensOf(choice.text), promptList),
                alternatives,
              ),
        finish_reason: choice.finishReason,
        stop_reason: choice.stopReason,
        token_ids: null,
        prompt_logprobs: body.prompt_logprobs == null ? null : promptLogprobs(scoreTokens(promptList)),
        prompt_token_ids: null,
      })),
      service_tier: null,
      system_fingerprint: null,
      usage: {
        prompt_tokens: promptList.length,
        total_tokens: promptList.length + completionTokens,
        completion_tokens: completionTokens,
        prompt_tokens_details: null,
      },
      kv_transfer_params: null,
    }),
  });
}
