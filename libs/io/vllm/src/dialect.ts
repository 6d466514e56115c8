/**
 * What a server was found not to take. Servers speak the API with omissions: some have no `n`, refuse fields that they do not know,
 * or call `max_tokens` by its newer name. Each is learned from the first refusal, said once, and minded from then on. Only what
 * leaves the meaning of a request as it is, or is said to be left out, belongs here: a form that the answer must have is never dropped.
 */
import { APIError } from 'openai';
import { serverMessage } from './server-message.ts';

/** Fields that are left out for a server that does not know them, and what that means. */
const omissible = {
  seed: 'the answers cannot be had again',
  chat_template_kwargs: "the model's chat template gets no arguments",
} as const;

/**
 * The rest of sampling, switched off. Profiles do not set it, and servers fill in what a request leaves out: vLLM and SGLang from the
 * checkpoint's generation config, llama.cpp with a top_k of 40 and a min_p of 0.05. Votes would be drawn from fewer tokens than the
 * profile says. The fields are no part of OpenAI's API, so they are sent only to servers that are known to take them.
 */
const restOfSampling = { top_k: -1, min_p: 0, repetition_penalty: 1 } as const;
const ownersWithWholeSampling: ReadonlySet<unknown> = new Set(['vllm', 'sglang', 'llamacpp']);

type Omissible = keyof typeof omissible;
const omissibleFields = Object.keys(omissible) as Omissible[];

export class Dialect {
  readonly #onNotice: (sentence: string) => void;
  readonly #omitted = new Set<Omissible>();
  #hasOldTokensField = true;
  #givesSeveral = true;
  #takesWholeSampling = false;

  constructor(onNotice: (sentence: string) => void) {
    this.#onNotice = onNotice;
  }

  /** Whether one request may ask for several answers. */
  get givesSeveral(): boolean {
    return this.#givesSeveral;
  }

  /** Whether the field is left out, since the server has refused it. */
  isOmitted(field: Omissible): boolean {
    return this.#omitted.has(field);
  }

  /** Takes note of what a server calls itself: `owned_by` in its list of models. */
  learnOwner(owner: unknown): void {
    this.#takesWholeSampling = ownersWithWholeSampling.has(owner);
    // Its usage counts the first of several answers alone. A prompt that it has just read costs it nothing again.
    if (owner === 'llamacpp') this.#givesSeveral = false;
  }

  /** The body as this server takes it. */
  adapt<Body extends { max_tokens?: unknown }>(body: Body): Body {
    const adapted: Record<string, unknown> = { ...body, ...(this.#takesWholeSampling ? restOfSampling : {}) };
    for (const field of this.#omitted) delete adapted[field];
    if (!this.#hasOldTokensField && 'max_tokens' in adapted) {
      adapted.max_completion_tokens = adapted.max_tokens;
      delete adapted.max_tokens;
    }
    return adapted as Body;
  }

  /** Whether a refusal was for something that this server does not take, so that the request may be sent again without it. */
  learnFrom(error: unknown, body: Readonly<Record<string, unknown>>): boolean {
    if (!(error instanceof APIError) || (error.status !== 400 && error.status !== 422)) return false;
    const words = `${error.param ?? ''} ${serverMessage(error)}`;
    if (this.#takesWholeSampling && Object.keys(restOfSampling).some((field) => words.includes(field))) {
      this.#takesWholeSampling = false;
      return true;
    }
    if (!notTaken.test(words)) return false;
    const field = omissibleIn(body, words);
    if (field !== null) {
      this.#omit(field);
      return true;
    }
    if ('max_tokens' in body && words.includes('max_completion_tokens')) {
      this.#hasOldTokensField = false;
      return true;
    }
    // Several answers without any chance would be one answer several times: that is a mistake of the job.
    if (typeof body.n !== 'number' || body.n === 1 || !/\bn\b/.test(words) || /greedy/i.test(words)) return false;
    this.noteSingle();
    return true;
  }

  /** Takes note that the server gives one answer to a request, whatever it is asked. */
  noteSingle(): void {
    this.#askSingly('The engine gives one answer to a request (no n): each vote is a request of its own.');
  }

  /** Takes note that several answers to a request are one, several times: they would be votes that nobody cast. */
  noteCopies(): void {
    this.#askSingly(
      'The engine gives several answers to a request (n) that are the same word for word: one of them counts, and each vote is a request of its own from now on.',
    );
  }

  #askSingly(notice: string): void {
    if (!this.#givesSeveral) return;
    this.#givesSeveral = false;
    this.#onNotice(notice);
  }

  #omit(field: Omissible): void {
    if (this.#omitted.has(field)) return;
    this.#omitted.add(field);
    this.#onNotice(`The engine refuses the field ${field}, which is left out from now on: ${omissible[field]}.`);
  }
}

/** How servers say that they do not take a field. */
const notTaken =
  /unrecogni[sz]ed|unknown|unsupported|not (?:be )?supported|unexpected|extra|not permitted|not allowed|must be (?:equal to )?1\b/i;

/** The omissible field of the body that a refusal means: the one it names; another one, where it names one that was not sent. */
function omissibleIn(body: Readonly<Record<string, unknown>>, words: string): Omissible | null {
  const sent = omissibleFields.filter((field) => field in body);
  const named = omissibleFields.find((field) => words.includes(field));
  if (named === undefined) return null;
  return sent.includes(named) ? named : (sent[0] ?? null);
}
