/** What an engine may be able to do, and what it was found to do. */
import type { EngineModel } from './ports.ts';

/**
 * The capabilities, in the order in which they are shown.
 *
 * meaning   what a "yes" says of an engine
 * probe     how that is found out
 */
export const capabilities = {
  answers: { meaning: 'it answers', probe: 'a request for 16 tokens; where it gets no answer, nothing more is asked' },
  score: { meaning: 'it scores', probe: 'a conversation of two turns, for a judge that scores' },
  model: { meaning: 'its list of models has the model, or a `*` that stands for it', probe: '`/v1/models`' },
  length: { meaning: 'it says how many tokens prompt and answer may have together', probe: '`/v1/models`' },
  n: { meaning: 'one request gives several answers', probe: 'a request for two' },
  seed: {
    meaning: 'the same seed gives the same answer',
    probe:
      'the same request twice, and once with another seed. Different texts for one seed show that it does not hold, or not while others are served; equal texts are a good sign and no proof, and none at all where another seed gives the same',
  },
  chat_template_kwargs: {
    meaning: 'the chat template gets its arguments',
    probe:
      "a request with the profile's, or with `enable_thinking`: yes if the prompt then has another length; if not, the template may not read them",
  },
  regex: {
    meaning: 'answers are held to a regular expression (`structured_outputs`)',
    probe: '`(yes|no)`, for a prompt that nobody would answer so',
  },
  logprobs: { meaning: 'answers come with the likeliest tokens of each place', probe: 'a request for 20 of them' },
  prompt_logprobs: { meaning: 'it gives the log-probabilities of a given text', probe: 'a short text' },
  tokenize: { meaning: 'it gives the tokens of a conversation', probe: 'a short one' },
  health: { meaning: 'it has a route for its health', probe: '`/health`' },
  metrics: { meaning: 'it has a route for its metrics', probe: '`/metrics`' },
} as const;

export type CapabilityName = keyof typeof capabilities;

/** In the order of the table. */
export const capabilityNames = Object.keys(capabilities) as CapabilityName[];

export interface Capability {
  /** `not said`: what was asked does not show it, or could not be asked. */
  readonly found: 'yes' | 'no' | 'not said';
  /** What was seen: a clause without a full stop. */
  readonly how: string;
}

/** What was found; capabilities that were not asked for are left out. */
export type Capabilities = Readonly<Partial<Record<CapabilityName, Capability>>>;

/** What a judge sends to its engine, as far as it decides what is worth a probe. */
export interface ProbedUse {
  readonly model: string;
  /** The routes that the judges of this engine ask. */
  readonly endpoints: readonly ('chat' | 'classify' | 'pooling')[];
  /** Arguments of a judge for the chat template. Where there are none, a harmless one is tried. */
  readonly chatTemplateKwargs: Readonly<Record<string, string | number | boolean>>;
}

export interface ProbedEngine {
  /** Null where it gives no list. */
  readonly models: readonly EngineModel[] | null;
  readonly capabilities: Capabilities;
  /** Why it answers nothing at all, as any request of the job would be told; null where it answers. */
  readonly failure: Error | null;
}
