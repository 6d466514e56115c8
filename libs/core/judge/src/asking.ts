/**
 * How an item is asked, as a machine that does no asking itself: `wave` gives the requests that are wanted now, each takes its
 * answer, in any order, and `outcome` is there when nothing more is wanted.
 */
import type {
  ChatAnswer,
  ChatRequest,
  DoneOutcome,
  EngineAnswer,
  EngineRequest,
  FailedOutcome,
  Message,
  Order,
  Profile,
  Sampling,
  Tokens,
} from '@proofmill/contract';

/** The engine will not answer: it lacks the feature (`unsupported`), or not for this prompt. */
export interface Refusal {
  readonly kind: 'refused';
  readonly code: string;
  readonly message: string;
}

export interface Ask {
  readonly request: EngineRequest;
  /** Says how the answer is read. */
  readonly profile: Profile;
  /** The responses that are shown, in that order. */
  readonly order: Order;
  /** A request that the engine will not answer loses the item, unless this says that `take` copes with a refusal. */
  readonly mayFail: boolean;
  take(answer: EngineAnswer | Refusal): void;
}

export interface Asking {
  /** The requests wanted now, none of them with more than `maxAnswers` answers. Empty once the outcome is there. */
  wave(maxAnswers: number): Ask[];
  /** Tokens of the answers taken so far. */
  spent(): Tokens;
  outcome(): DoneOutcome | FailedOutcome | null;
}

/** Tokens as they add up. */
export interface Spent {
  prompt: number;
  completion: number;
}

/** The model that is asked, and how. */
export interface Asked {
  readonly profile: Profile;
  readonly engine: { readonly model: string };
  readonly sampling: Sampling;
}

/** Requests for answers `first` to `first + count - 1` of an order: seeds follow one another, so a cut changes no answer. */
export function chatRequests(options: {
  asked: Asked;
  messages: readonly Message[];
  seedBase: number;
  first: number;
  count: number;
  maxAnswers: number;
  topLogprobs?: number;
}): { request: ChatRequest; first: number }[] {
  const { asked, messages, seedBase, first, count, maxAnswers, topLogprobs } = options;
  const { sampling, engine, profile } = asked;
  const requests: { request: ChatRequest; first: number }[] = [];
  for (let done = 0; done < count; done += maxAnswers) {
    requests.push({
      first: first + done,
      request: {
        kind: 'chat',
        model: engine.model,
        messages,
        n: Math.min(maxAnswers, count - done),
        seed: seedBase + first + done,
        temperature: sampling.temperature,
        topP: sampling.topP,
        maxTokens: sampling.maxTokens,
        chatTemplateKwargs: profile.chatTemplateKwargs,
        ...(profile.regex === undefined ? {} : { regex: profile.regex }),
        ...(topLogprobs === undefined ? {} : { topLogprobs }),
      },
    });
  }
  return requests;
}

/** The answer as one of a chat. TypeError for another kind: whoever asks has mixed up its answers. */
export function chatAnswer(answer: EngineAnswer | Refusal): ChatAnswer {
  if (answer.kind !== 'chat') throw new TypeError(`an answer of kind ${answer.kind} to a chat request`);
  return answer;
}

const MAX_TEXT_CHARACTERS = 100_000;
/** As JSON. Plain text of that many characters stays below it; control characters and lone surrogates take six bytes each. */
const MAX_TEXT_BYTES = 400 * 1024;
const MAX_ANSWERS = 8;
const MAX_ANSWER_CHARACTERS = 4000;

const jsonBytes = (text: string): number => Buffer.byteLength(JSON.stringify(text));

/** A text cut to what one outcome may carry; whole characters only. */
export function cutText(text: string): { text: string; cut: boolean } {
  const fits = text.length <= MAX_TEXT_CHARACTERS && jsonBytes(text) <= MAX_TEXT_BYTES;
  if (fits) return { text, cut: false };
  const shorter = wholeCharacters(text, MAX_TEXT_CHARACTERS);
  const safe = jsonBytes(shorter) <= MAX_TEXT_BYTES;
  return { text: safe ? shorter : wholeCharacters(shorter, Math.floor(MAX_TEXT_BYTES / 6) - 1), cut: true };
}

/** A few raw answers, for the record of a failure. */
export const sampleAnswers = (answers: readonly string[]): string[] =>
  answers.slice(0, MAX_ANSWERS).map((answer) => wholeCharacters(answer, MAX_ANSWER_CHARACTERS));

/** The first characters of a text, without half of a surrogate pair at its end. */
const wholeCharacters = (text: string, length: number): string => text.slice(0, length).replace(/[\uD800-\uDBFF]$/, '');
