/** Profiles for tests that need one and do not care which. */
import { type Profile, profileSchema } from '@proofmill/contract';

const common = {
  version: 1,
  description: '',
  source: '',
  messages: [{ role: 'user', template: 't' }],
  sampling: { temperature: 1, topP: 1, maxTokens: 10 },
  frameMarks: [],
  chatTemplateKwargs: {},
};

/** A judge that answers A or B in a tag. `more` replaces whole fields. */
export const judgeProfile = (more: object = {}): Profile =>
  profileSchema.parse({
    ...common,
    name: 'test-judge',
    purpose: 'label',
    parse: { rule: 'tagged', tag: 'answer', verdicts: { A: 'first', B: 'second' } },
    ...more,
  });

/** A prover. `more` replaces whole fields. */
export const proverProfile = (more: object = {}): Profile =>
  profileSchema.parse({
    ...common,
    name: 'test-prover',
    purpose: 'prove',
    parse: { rule: 'proof', opening: 'Here:', conclusion: 'Thus, Response {winner} is better.' },
    ...more,
  });
