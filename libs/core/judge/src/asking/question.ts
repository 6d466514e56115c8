/** What is asked about an item: questions, and the requests that ask them. */
import type {
  ChatAnswer,
  ChatRequest,
  EngineAnswer,
  EngineRequest,
  Message,
  Order,
  Profile,
  Sampling,
} from '@proofmill/contract';

/** The engine will not answer: it lacks the feature (`unsupported`), or refuses this prompt. */
export interface Refusal {
  readonly kind: 'refused';
  readonly code: string;
  readonly message: string;
}

export type Reply = EngineAnswer | Refusal;

interface Shown {
  /** Says how the answer is read. */
  readonly profile: Profile;
  /** The responses that are shown, in that order. */
  readonly order: Order;
  /** A request that the engine refuses loses the item, unless this says that a refusal may be taken as the reply. */
  readonly mayFail: boolean;
}

/** Asks for any number of answers: those of a chat differ by their seeds alone. */
export interface Question extends Shown {
  /** The request for all answers at once. */
  readonly request: EngineRequest;
  /** The reply to a request for answers `first`, `first + 1`, ..; the only one of another question is answer 0. */
  take(reply: Reply, first: number): void;
}

/** One request, for as many answers of a question as may be asked for at once. */
export interface Ask extends Shown {
  readonly request: EngineRequest;
  /** TypeError where the reply was taken already. */
  take(reply: Reply): void;
}

/** The model that is asked, and how. */
export interface Asked {
  readonly profile: Profile;
  readonly engine: { readonly model: string };
  readonly sampling: Sampling;
}

/** Answer i has the seed `seed + i`, so how the answers are divided among requests changes none of them. */
export function chatRequest(
  { sampling, engine, profile }: Asked,
  {
    messages,
    seed,
    n,
    topLogprobs,
  }: { messages: readonly Message[]; seed: number; n: number; topLogprobs?: number | undefined },
): ChatRequest {
  return {
    kind: 'chat',
    model: engine.model,
    messages,
    n,
    seed,
    temperature: sampling.temperature,
    topP: sampling.topP,
    maxTokens: sampling.maxTokens,
    chatTemplateKwargs: profile.chatTemplateKwargs,
    ...(profile.regex === undefined ? {} : { regex: profile.regex }),
    ...(topLogprobs === undefined ? {} : { topLogprobs }),
  };
}

/** The reply as the answer of a chat. TypeError for another kind: whoever asks has mixed up its replies. */
export function chatAnswer(reply: Reply): ChatAnswer {
  if (reply.kind !== 'chat') throw new TypeError(`a reply of kind ${reply.kind} to a chat request`);
  return reply;
}
