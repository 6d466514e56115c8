/** Columns that are named after the better and the worse response. */
import { assistant, type Shaped, user } from './shaped.ts';

const said = (content = '') => ({ from: 'gpt', value: content });

export const chosen: readonly Shaped[] = [
  {
    labels: 'first',
    name: 'UltraFeedback binarized',
    id: (n) => `binarized-${n}`,
    record: ({ question, responses: [better, worse], n }) => ({
      prompt: question,
      prompt_id: `binarized-${n}`,
      chosen: [user(question), assistant(better)],
      rejected: [user(question), assistant(worse)],
      messages: [user(question), assistant(better)],
      score_chosen: 8.5,
      score_rejected: 3,
    }),
  },
  {
    labels: 'first',
    name: 'UltraFeedback, Argilla binarized',
    record: ({ question, responses: [a, b] }) => ({
      instruction: question,
      chosen_response: a,
      rejected_response: b,
    }),
  },
  {
    labels: 'first',
    name: 'Orca DPO pairs, Argilla',
    record: ({ question, responses: [better, worse] }) => ({
      system: 'Be brief.',
      input: question,
      chosen: better,
      rejected: worse,
      generations: [worse, better],
      status: 'unchanged',
    }),
  },
  {
    labels: 'first',
    name: 'Capybara DPO',
    record: ({ question, responses: [better, worse] }) => ({
      prompt: question,
      chosen: [user('Hello.'), assistant('Hello, what is it?'), user(question), assistant(better)],
      rejected: [user('Hello.'), assistant('Hello, what is it?'), user(question), assistant(worse)],
      conversation: [{ input: question, output: 'I do not know.' }],
      original_response: 'I do not know.',
    }),
  },
  {
    labels: 'first',
    name: 'LLaMA-Factory, sharegpt',
    record: ({ question, responses: [better, worse] }) => ({
      conversations: [{ from: 'human', value: question }],
      chosen: said(better),
      rejected: said(worse),
    }),
  },
  {
    labels: 'first',
    name: 'LLaMA-Factory, alpaca',
    record: ({ question, responses: [better, worse] }) => ({
      instruction: question,
      input: '',
      chosen: better,
      rejected: worse,
    }),
  },
  {
    labels: 'first',
    name: 'OpenAI preference',
    record: ({ question, responses: [better, worse] }) => ({
      input: { messages: [user(question)] },
      preferred_output: [assistant(better)],
      non_preferred_output: [assistant(worse)],
    }),
  },
  {
    // Any data set with the usual names; its id is a number that JavaScript would shorten.
    labels: 'first',
    name: 'prompt + chosen/rejected',
    id: (n) => `${n}.50`,
    record: ({ question, responses: [better, worse], n }) => ({
      id: `${n}.50`,
      prompt: question,
      chosen: better,
      rejected: worse,
    }),
  },
];
