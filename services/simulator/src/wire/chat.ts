/** POST /v1/chat/completions */
import type { Choice } from '../capacity/engine.ts';
import { faultOf } from '../faults/effects.ts';
import { answerTo } from '../judge/answer.ts';
import { oneTokenVerdict } from '../judge/one-token-verdict.ts';
import { rewardAnswer } from '../judge/reward.ts';
import { type Turn, textOfTurns } from '../prompt/conversation.ts';
import { type Prompt, readPrompt } from '../prompt/read-prompt.ts';
import { askedBy } from '../witness/asked.ts';
import type { Answer, Call } from './call.ts';
import { countTemplated, templatedTokens } from './chat-template.ts';
import { choiceLogprobs, type DecidingPart, type LogprobFields, logprobFields } from './choice-logprobs.ts';
import { promptLogprobs } from './prompt-logprobs.ts';
import {
  type Body,
  integerField,
  messagesField,
  readBody,
  type SamplingFields,
  samplingFields,
} from './request-fields.ts';
import { checkModel, checkPromptLogprobs, type ServedModel } from './served-model.ts';
import { allowedWords, heldTo } from './structured-outputs.ts';
import { answerLimit, cutAnswer } from './token-limit.ts';
import { tokensOf } from './tokens.ts';
import { usage } from './usage.ts';

/** A request whose fields have been checked. */
interface ChatRequest {
  readonly body: Body;
  readonly turns: readonly Turn[];
  readonly sampling: SamplingFields;
  readonly logprobs: LogprobFields;
  /** The words that structured outputs allow; null where any text is allowed. */
  readonly allowed: readonly string[] | null;
  readonly promptTokens: number;
  readonly limit: number;
}

interface ChatChoice extends Choice {
  readonly deciding: DecidingPart | null;
}

/** Answers one request. */
export function chat(call: Call, model: ServedModel): Answer | Promise<Answer> {
  const request = readRequest(call, model);
  const { turns, sampling, promptTokens } = request;
  const text = textOfTurns(turns);
  const prompt = readPrompt(turns, model.gold);
  const asked = askedBy(prompt, sampling);
  const fault = faultOf(model.faults, asked, text);
  const choices = Array.from({ length: sampling.n }, (_, index) =>
    choiceOf(request, prompt, { ...sampling, seed: sampling.seed + index }, model),
  );
  const id = call.header('x-request-id') ?? request.body.request_id ?? `simulated-${model.nextId()}`;
  return model.engine.submit({
    asked,
    promptTokens,
    choices,
    fault,
    cancellation: call.cancellation,
    build: () => bodyOf(`chatcmpl-${String(id)}`, request, choices, model),
  });
}

function readRequest(call: Call, model: ServedModel): ChatRequest {
  const body = readBody(call);
  checkModel(body, model.name);
  const sampling = samplingFields(body);
  const logprobs = logprobFields(body);
  checkPromptLogprobs(body, model);
  const allowed = allowedWords(body);
  const turns = messagesField(body);
  const promptTokens = countTemplated(turns);
  const field = body.max_completion_tokens == null ? 'max_tokens' : 'max_completion_tokens';
  const wantedTokens = body[field] == null ? null : integerField(body, field, 0);
  const limit = answerLimit(promptTokens, wantedTokens, model.maxModelTokens);
  return { body, turns, sampling, logprobs, allowed, promptTokens, limit };
}

function choiceOf(
  { body, turns, logprobs, allowed, limit }: ChatRequest,
  prompt: Prompt,
  sampling: SamplingFields,
  { judge, gold }: ServedModel,
): ChatChoice {
  // Where there is room for one token and its alternatives are wanted, the probabilities are the answer.
  const wantsToken = limit === 1 && logprobs.wanted && (logprobs.ids !== null || logprobs.top >= 2);
  if (allowed !== null || wantsToken) {
    const { text, distribution } = oneTokenVerdict(prompt, sampling, judge, gold, allowed);
    return { ...cutAnswer(text, sampling, limit), deciding: { kind: 'token', distribution } };
  }
  const reward = rewardAnswer(turns, gold, judge);
  const { text, verdict } = reward === null ? answerTo(prompt, sampling, judge, gold) : { text: reward, verdict: null };
  const deciding: DecidingPart | null = verdict && {
    kind: 'word',
    verdict: { ...verdict, alternative: heldTo(body, verdict.alternative) },
  };
  return { ...cutAnswer(heldTo(body, text), sampling, limit), deciding };
}

function bodyOf(id: string, request: ChatRequest, choices: readonly ChatChoice[], model: ServedModel): unknown {
  const { body, turns, logprobs, promptTokens } = request;
  const { vocabulary } = model;
  const promptLogprobsOf = (): unknown => {
    const tokens = templatedTokens(turns);
    return promptLogprobs(tokens, vocabulary.idsOf(tokens));
  };
  return {
    id,
    object: 'chat.completion',
    created: Math.floor(Date.now() / 1000),
    model: model.name,
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
      logprobs: logprobs.wanted ? choiceLogprobs(choice.text, choice.deciding, logprobs, vocabulary) : null,
      finish_reason: choice.finishReason,
      stop_reason: choice.stopReason,
      token_ids: body.return_token_ids === true ? vocabulary.idsOf(tokensOf(choice.text)) : null,
    })),
    service_tier: null,
    system_fingerprint: null,
    usage: usage(promptTokens, choices),
    prompt_logprobs: body.prompt_logprobs == null ? null : promptLogprobsOf(),
    prompt_token_ids: null,
    kv_transfer_params: null,
  };
}
