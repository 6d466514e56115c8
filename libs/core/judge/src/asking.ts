/**
 * How an item is asked, as a machine that does no asking itself: `wave` gives the requests that are wanted now, `read` takes
 * their answers in any order, `outcome` is there when nothing more is wanted.
 */
import type {
  ChatAnswer,
  ChatRequest,
  DoneOutcome,
  FailedOutcome,
  Message,
  Order,
  StageDefinition,
  Tokens,
} from '@proofmill/contract';

export interface Ask {
  readonly request: ChatRequest;
  readonly order: Order;
  /** Number of the first answer among those of its order. */
  readonly first: number;
}

export interface Asking {
  /** The requests wanted now, none of them with more than `maxAnswers` answers. Empty once the outcome is there. */
  wave(maxAnswers: number): Ask[];
  read(ask: Ask, answer: ChatAnswer): void;
  /** Of the answers read so far. */
  readonly tokens: Tokens;
  outcome(): DoneOutcome | FailedOutcome | null;
}

/** Requests for answers `first` to `first + count - 1` of an order: seeds follow one another, so a cut changes no answer. */
export function requestsFor(options: {
  definition: StageDefinition;
  messages: Message[];
  order: Order;
  seedBase: number;
  first: number;
  count: number;
  maxAnswers: number;
}): Ask[] {
  const { definition, messages, order, seedBase, first, count, maxAnswers } = options;
  const { sampling, engine, profile } = definition;
  const asks: Ask[] = [];
  for (let done = 0; done < count; done += maxAnswers) {
    asks.push({
      order,
      first: first + done,
      request: {
        model: engine.model,
        messages,
        n: Math.min(maxAnswers, count - done),
        seed: seedBase + first + done,
        temperature: sampling.temperature,
        topP: sampling.topP,
        maxTokens: sampling.maxTokens,
        chatTemplateKwargs: profile.chatTemplateKwargs,
        ...(profile.regex === undefined ? {} : { regex: profile.regex }),
      },
    });
  }
  return asks;
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
