/** POST /v1/chat/completions */
import { answerText, bareVerdict } from './answer.ts';
import { type Body, integerField, integersField, readBody, samplingFields } from './body.ts';
import type { Choice } from './engine.ts';
import { answerLimit, cutAnswer } from './limit.ts';
import { listed, promptLogprobs, scoreTokens } from './logprobs.ts';
import { askedOf, checkModel, faultOf, type Parts, subjectOf } from './parts.ts';
import { type Answer, badRequest, type Call, unreadable } from './protocol.ts';
import { countTokens, templateTokens, tokenId, tokenOfId, tokensOf } from './tokens.ts';

/** One turn, as text. */
export interface Turn {
  readonly role: string;
  readonly content: string;
}

/** The conversation of a body. Lists of parts are joined; a missing content is empty, as vLLM takes it. */
export function turnsOf(body: Body): Turn[] {
  const { messages } = body;
  if (!Array.isArray(messages)) throw unreadable("[{'type': 'missing', 'loc': ('body', 'messages')}]", 'body.messages');
  if (messages.length === 0) {
    throw badRequest('Cannot apply chat template to an empty conversation. Provide at least one message.');
  }
  return (messages as { role?: unknown; content?: unknown }[]).map((message) => {
    const { role, content } = message ?? {};
    const text = Array.isArray(content)
      ? content.map((part: { text?: unknown }) => (typeof part?.text === 'string' ? part.text : '')).join('\n')
      : content;
    return { role: String(role ?? ''), content: typeof text === 'string' ? text : '' };
  });
}

/** Tokens of a conversation with its template. */
export const chatTokens = (turns: readonly Turn[], opening = true): number =>
  turns.reduce((sum, turn) => sum + countTokens(turn.content) + templateTokens.message, 0) +
  (opening ? templateTokens.opening : 0);

/** How the body wants log-probabilities. */
function logprobFields(body: Body): { wanted: boolean; top: number; ids: number[] | null } {
  const wanted = body.logprobs === true;
  const top = integerField(body, 'top_logprobs', 0);
  if (top > 0 && !wanted)
    throw badRequest('when using `top_logprobs`, `logprobs` must be set to true.', 'top_logprobs');
  if (top > 20)
    throw badRequest(`Requested sample logprobs of ${top}, which is greater than max allowed: 20`, 'logprobs');
  return { wanted, top, ids: integersField(body, 'logprob_token_ids') };
}

/** The choices that structured outputs allow, where the body asks for that. */
function choiceField(body: Body): string[] | null {
  const wanted = (body.structured_outputs as { choice?: unknown } | null | undefined)?.choice;
  return Array.isArray(wanted) ? wanted.map(String) : null;
}

const round = (logprob: number): number => Math.max(-9999, Math.round(logprob * 1e6) / 1e6);

/** Handles one request. */
export function chat(call: Call, parts: Parts): Answer | Promise<Answer> {
  const body = readBody(call);
  checkModel(body, parts.model);
  const sampling = samplingFields(body);
  const logprobs = logprobFields(body);
  const allowed = choiceField(body);
  const turns = turnsOf(body);
  const promptTokens = chatTokens(turns);
  const wantedTokens = body.max_completion_tokens ?? body.max_tokens ?? null;
  const field = body.max_completion_tokens == null ? 'max_tokens' : 'max_completion_tokens';
  const limit = answerLimit(
    promptTokens,
    wantedTokens === null ? null : integerField(body, field, 0),
    parts.maxModelTokens,
  );

  const prompt = turns.map((turn) => `${turn.role}\n${turn.content}`).join('\n');
  const subject = subjectOf(prompt, turns.findLast((turn) => turn.role === 'user')?.content ?? '');
  const asked = askedOf(subject, sampling);
  const fault = faultOf(parts.faults, asked, prompt);

  // A request that leaves room for a letter only is a read-out of the verdict's probability, not a request for reasoning.
  const bare = allowed !== null || (logprobs.ids !== null && limit === 1);
  const verdicts = new Map<Choice, number>();
  const choices = Array.from({ length: sampling.n }, (_, index): Choice => {
    const one = { ...sampling, seed: sampling.seed + index };
    if (!bare) return cutAnswer(answerText(subject, one, parts.judge, parts.gold), sampling, limit);
    const { letter, probabilityOfA } = bareVerdict(subject, one, parts.judge, parts.gold);
    const text = allowed === null || allowed.includes(letter) ? letter : (allowed[0] ?? letter);
    const choice = cutAnswer(text, sampling, limit);
    verdicts.set(choice, probabilityOfA);
    return choice;
  });

  const choiceLogprobs = (choice: Choice): unknown => {
    if (!logprobs.wanted) return null;
    const probability = verdicts.get(choice);
    const letters: Record<string, number> =
      probability === undefined ? {} : { A: round(Math.log(probability)), B: round(Math.log(1 - probability)) };
    return {
      content: scoreTokens(tokensOf(choice.text), ['\n']).map(({ token, logprob }) => {
        const own = letters[token] ?? logprob ?? 0;
        const others = logprobs.ids
          ? logprobs.ids.map((id) => tokenOfId(id)).map((other) => listed(other, letters[other] ?? own - 12))
          : Array.from({ length: Math.max(0, logprobs.top - 1) }, (_, rank) => listed(` ${rank}`, own - 3 - rank));
        const top = logprobs.ids || logprobs.top > 0 ? [listed(token, own), ...others] : [];
        return { ...listed(token, own), top_logprobs: top };
      }),
    };
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
        logprobs: choiceLogprobs(choice),
        finish_reason: choice.finishReason,
        stop_reason: choice.stopReason,
        token_ids: body.return_token_ids === true ? tokensOf(choice.text).map(tokenId) : null,
      })),
      service_tier: null,
      system_fingerprint: null,
      usage: {
        prompt_tokens: promptTokens,
        total_tokens: promptTokens + completionTokens,
        completion_tokens: completionTokens,
        prompt_tokens_details: null,
      },
      prompt_logprobs: body.prompt_logprobs == null ? null : promptLogprobs(scoreTokens(tokensOf(prompt))),
      prompt_token_ids: null,
      kv_transfer_params: null,
    }),
  });
}
