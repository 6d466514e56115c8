/**
 * What a server can do, found out by asking it: small requests, one after the other, none of which holds a text of a corpus. A request that
 * fails is a finding and ends nothing, except the first one: where that gets no answer, the others would not either.
 */
import {
  type AnswerTo,
  type Capability,
  type CapabilityName,
  type ChatAnswer,
  type ChatRequest,
  type EngineModel,
  type EngineRequest,
  isForeseen,
  type ProbedEngine,
  type ProbedUse,
  servedAs,
  servedNames,
  TerminalError,
} from '@proofmill/contract';
import { Dialect } from './dialect.ts';
import { routeless } from './version.ts';

/** The server as a probe sees it. */
export interface Probed {
  /** Its list of models; null where it has none. */
  readonly models: (signal: AbortSignal) => Promise<EngineModel[] | null>;
  /** The status and the text of a GET request. */
  readonly get: (path: string, signal: AbortSignal) => Promise<{ readonly status: number; readonly text: string }>;
  /** Answers a request, by a dialect of the probe's own: what it learns is shown and not said in passing. */
  readonly answer: <Request extends EngineRequest>(
    request: Request,
    dialect: Dialect,
    signal: AbortSignal,
  ) => Promise<AnswerTo<Request>>;
}

/** Of an answer. Some servers take no fewer. */
const mostTokens = 16;
/** As many as judges ask for. */
const topLogprobs = 20;

const yes = (how: string): Capability => ({ found: 'yes', how });
const no = (how: string): Capability => ({ found: 'no', how });
const notSaid = (how: string): Capability => ({ found: 'not said', how });

/** Findings of one server. Rejects with the signal's reason only; an error that is no finding is a mistake in the program and thrown. */
export async function probe(probed: Probed, use: ProbedUse, signal: AbortSignal): Promise<ProbedEngine> {
  const probing = new Probing(probed, use, signal);
  await probing.lists();
  if (use.endpoints.includes('chat')) await probing.chat();
  for (const endpoint of use.endpoints) if (endpoint !== 'chat') await probing.score(endpoint);
  await probing.routes();
  return probing.result();
}

class Probing {
  readonly #probed: Probed;
  readonly #use: ProbedUse;
  readonly #signal: AbortSignal;
  readonly #dialect = new Dialect(() => undefined);
  readonly #found = new Map<CapabilityName, Capability>();
  #models: EngineModel[] | null = null;
  #failure: Error | null = null;

  constructor(probed: Probed, use: ProbedUse, signal: AbortSignal) {
    this.#probed = probed;
    this.#use = use;
    this.#signal = signal;
  }

  result(): ProbedEngine {
    return { models: this.#models, capabilities: Object.fromEntries(this.#found), failure: this.#failure };
  }

  async lists(): Promise<void> {
    const { model } = this.#use;
    await this.#note('model', async (signal) => {
      this.#models = await this.#probed.models(signal);
      return listedIn(this.#models, model);
    });
    const served = this.#models && servedAs(this.#models, model);
    const length = served?.maxTokens ?? null;
    this.#found.set(
      'length',
      length === null
        ? notSaid(this.#models ? 'its list of models does not say' : 'there is no list of models to say so')
        : yes(`${length} tokens of prompt and answer together`),
    );
  }

  /** Whether there are answers, and what requests for them may ask for. */
  async chat(): Promise<void> {
    const first = await this.#first('answers', this.#chatRequest());
    if (first === null) return;
    await this.#note('n', (signal) => this.#severalAnswers(signal));
    await this.#note('seed', (signal) => this.#seeds(first, signal));
    await this.#note('chat_template_kwargs', (signal) => this.#templateArguments(first, signal));
    await this.#note('regex', (signal) => this.#heldToRegex(signal));
    await this.#note('logprobs', (signal) => this.#tokenLogprobs(signal));
    const { model } = this.#use;
    await this.#note('prompt_logprobs', async (signal) => {
      await this.#ask({ kind: 'logprobs', model, prompt: sentence }, signal);
      return yes('a text was scored');
    });
    await this.#note('tokenize', async (signal) => {
      const { messages, chatTemplateKwargs } = this.#chatRequest();
      const { tokens } = await this.#ask({ kind: 'tokens', model, input: messages, chatTemplateKwargs }, signal);
      return yes(`a short conversation has ${tokens.length} tokens`);
    });
  }

  async score(endpoint: 'classify' | 'pooling'): Promise<void> {
    const { model, chatTemplateKwargs } = this.#use;
    const messages = [
      { role: 'user', content: 'What is the colour of the sea?' },
      { role: 'assistant', content: sentence },
    ];
    await this.#first('score', { kind: 'score', endpoint, model, messages, chatTemplateKwargs });
  }

  async routes(): Promise<void> {
    if (this.#failure) return;
    await this.#note('health', async (signal) => statusOf((await this.#probed.get('/health', signal)).status));
    await this.#note('metrics', async (signal) => {
      const { status, text } = await this.#probed.get('/metrics', signal);
      if (status !== 200) return statusOf(status);
      return /^# (HELP|TYPE) /m.test(text) ? yes('it answers 200') : no('what /metrics answers are no metrics');
    });
  }

  /** A request without which there is nothing to find. Null if it has no answer. */
  async #first<Request extends EngineRequest>(
    name: CapabilityName,
    request: Request,
  ): Promise<AnswerTo<Request> | null> {
    let answer: AnswerTo<Request> | null = null;
    await this.#note(
      name,
      async (signal) => {
        answer = await this.#ask(request, signal);
        return yes('a small request was answered');
      },
      // A prompt that is refused for what it says is no more than that.
      (error) => {
        if (!(error instanceof TerminalError)) this.#failure ??= error;
      },
    );
    return answer;
  }

  async #severalAnswers(signal: AbortSignal): Promise<Capability> {
    await this.#ask(this.#chatRequest({ n: 2 }), signal);
    return this.#dialect.givesSeveral ? yes('one request gave two answers') : no('one request gives one answer');
  }

  /** Two requests cannot prove that a seed holds; they can show that it does not. */
  async #seeds(first: ChatAnswer, signal: AbortSignal): Promise<Capability> {
    if (this.#dialect.isOmitted('seed')) return no('the field is refused');
    const again = textOf(await this.#ask(this.#chatRequest(), signal));
    const text = textOf(first);
    if (text !== again) {
      return no(
        'the same request with the same seed gave two texts: it ignores the seed, or what it answers depends on what else it is asked meanwhile',
      );
    }
    const other = textOf(await this.#ask(this.#chatRequest({ seed: seed + 1 }), signal));
    if (text === other) return notSaid('it gave the same text for the same seed, and for another one as well');
    return yes('two requests with the same seed gave the same text, a third with another seed did not');
  }

  async #templateArguments(first: ChatAnswer, signal: AbortSignal): Promise<Capability> {
    const given = this.#use.chatTemplateKwargs;
    const chatTemplateKwargs = Object.keys(given).length > 0 ? given : { enable_thinking: false };
    const answer = await this.#ask(this.#chatRequest({ chatTemplateKwargs }), signal);
    if (this.#dialect.isOmitted('chat_template_kwargs')) return no('the field is refused');
    const [without, withThem] = [first.promptTokens, answer.promptTokens];
    const names = Object.keys(chatTemplateKwargs).join(', ');
    if (without === null || withThem === null)
      return notSaid(`${names}: not refused, and no usage shows the prompt's length`);
    if (without === withThem) return notSaid(`${names}: not refused, and the prompt is as long as without`);
    return yes(`with ${names} the prompt has ${withThem} tokens, without ${without}`);
  }

  async #heldToRegex(signal: AbortSignal): Promise<Capability> {
    const { choices } = await this.#ask(this.#chatRequest({ regex: '(yes|no)' }), signal);
    const { content = '', reasoning = '' } = choices[0] ?? {};
    if (/^(yes|no)$/.test(content)) return yes(`held to (yes|no), it answered ${content}`);
    if (content === '' && reasoning !== '') return notSaid(`its reasoning took all of the ${mostTokens} tokens`);
    return no(`ignored: held to (yes|no), it answered ${quoted(content)}`);
  }

  async #tokenLogprobs(signal: AbortSignal): Promise<Capability> {
    const { choices } = await this.#ask(this.#chatRequest({ topLogprobs }), signal);
    const [place] = choices[0]?.tokens ?? [];
    if (!place) return no('ignored: the answer came without them');
    return yes(`an answer came with the ${Object.keys(place.top).length} likeliest tokens of each place`);
  }

  /** Without arguments for the template, so that they can be told apart. */
  #chatRequest(more: Partial<ChatRequest> = {}): ChatRequest {
    return {
      kind: 'chat',
      model: this.#use.model,
      messages: [{ role: 'user', content: 'Write a sentence about anything that comes to your mind.' }],
      n: 1,
      seed,
      temperature: 1,
      topP: 1,
      maxTokens: mostTokens,
      chatTemplateKwargs: {},
      ...more,
    };
  }

  #ask<Request extends EngineRequest>(request: Request, signal: AbortSignal): Promise<AnswerTo<Request>> {
    return this.#probed.answer(request, this.#dialect, signal);
  }

  /** Notes what `find` finds, or what its failure shows. */
  async #note(
    name: CapabilityName,
    find: (signal: AbortSignal) => Promise<Capability>,
    onError: (error: Error) => void = () => undefined,
  ): Promise<void> {
    try {
      this.#found.set(name, await find(this.#signal));
    } catch (error) {
      this.#signal.throwIfAborted();
      if (error instanceof Unanswered) {
        this.#found.set(name, notSaid(error.message));
        return;
      }
      if (!isForeseen(error)) throw error;
      onError(error);
      const said = error.message.replace(/[.\s]+$/, '');
      this.#found.set(name, error instanceof TerminalError ? no(said) : notSaid(said));
    }
  }
}

/** A time limit of the probe has passed. */
class Unanswered extends Error {
  constructor(longestMs: number) {
    super(`no answer within ${longestMs / 1000} s`);
  }
}

/** The answer of `ask`, if it comes within `longestMs`. Rejects with Unanswered if it does not, which is a finding. */
export async function inTime<Answer>(
  longestMs: number,
  signal: AbortSignal,
  ask: (signal: AbortSignal) => Promise<Answer>,
): Promise<Answer> {
  const limit = AbortSignal.timeout(longestMs);
  try {
    return await ask(AbortSignal.any([signal, limit]));
  } catch (error) {
    if (limit.aborted && !signal.aborted) throw new Unanswered(longestMs);
    throw error;
  }
}

const seed = 1;
const sentence = 'The sea is blue.';

function listedIn(models: readonly EngineModel[] | null, model: string): Capability {
  if (models === null) return notSaid('it gives no list of models');
  const served = servedAs(models, model);
  if (!served) return no(`it lists ${servedNames(models.map(({ id }) => id)) || 'no model'}`);
  return served.id === model
    ? yes('it is listed')
    : yes(`the list has ${served.id}, which says nothing of this model alone`);
}

function statusOf(status: number): Capability {
  if (status === 200) return yes('it answers 200');
  return routeless.has(status) ? no(`it has no such route (${status})`) : notSaid(`it answers ${status}`);
}

const textOf = ({ choices: [choice] }: ChatAnswer): string => (choice?.reasoning ?? '') + (choice?.content ?? '');

const quoted = (text: string): string => JSON.stringify(text.length <= 60 ? text : `${text.slice(0, 60)}..`);
