/** Two responses side by side, and a label. */
import { assistant, by, type Shaped, user } from './shaped.ts';

const framed = (word: string, [a, b]: readonly string[]): string =>
  ['A', 'B']
    .map(
      (name) =>
        `[The Start of Assistant ${name}'s ${word}]\n${name === 'A' ? a : b}\n[The End of Assistant ${name}'s ${word}]`,
    )
    .join('\n\n');

export const compared: readonly Shaped[] = [
  {
    name: 'HelpSteer3',
    record: ({ question, responses: [response1, response2], best }) => ({
      context: [user('Hello.'), assistant('Hello, what is it?'), user(question)],
      response1,
      response2,
      overall_preference: by(best, -2, 1, 0),
    }),
  },
  {
    name: 'HelpSteer2 preference',
    record: ({ question, responses: [a, b], best }) => ({
      prompt: question,
      response_1: a,
      response_2: b,
      preference_strength: by(best, -3, 3, 0),
    }),
  },
  {
    name: 'Unified-Feedback',
    record: ({ question, responses: [a, b], best }) => ({
      conv_A: [user(question), assistant(a)],
      conv_B: [user(question), assistant(b)],
      conv_A_rating: by(best, 4, 1, 2.5),
      conv_B_rating: by(best, 1, 4, 2.5),
    }),
  },
  {
    name: 'Chatbot Arena conversations',
    id: (n) => `arena-${n}`,
    record: ({ question, responses: [a, b], best, n }) => ({
      question_id: `arena-${n}`,
      conversation_a: [user(question), assistant(a)],
      conversation_b: [user(question), assistant(b)],
      winner: by(best, 'model_a', 'model_b', 'tie (bothbad)'),
    }),
  },
  {
    name: 'Chatbot Arena 55k',
    id: (n) => String(n),
    record: ({ question, responses: [a, b], best, n }) => ({
      id: n,
      prompt: JSON.stringify([question]),
      response_a: JSON.stringify([a]),
      response_b: JSON.stringify([b]),
      winner_model_a: by(best, 1, 0, 0),
      winner_model_b: by(best, 0, 1, 0),
      winner_tie: by(best, 0, 0, 1),
    }),
  },
  {
    name: 'Chatbot Arena pairs',
    record: ({ question, responses: [a, b], best }) => ({
      prompt: question,
      response_a: a,
      response_b: b,
      winner: by(best, 'model_a', 'model_b', 'tie'),
    }),
  },
  {
    name: 'PPE human preference',
    record: ({ question, responses: [a, b], best }) => ({
      prompt: question,
      response_1: a,
      response_2: b,
      winner: by(best, 'model_a', 'model_b', 'tie'),
    }),
  },
  {
    name: 'JudgeBench',
    id: (n) => `judgebench-${n}`,
    record: ({ question, responses: [a, b], best, n }) => ({
      pair_id: `judgebench-${n}`,
      original_id: n,
      question,
      response_A: a,
      response_B: b,
      label: by(best, 'A>B', 'B>A', 'A=B'),
    }),
  },
  {
    name: 'PKU-SafeRLHF',
    labels: 'no ties',
    record: ({ question, responses: [a, b], best }) => ({
      prompt: question,
      response_0: a,
      response_1: b,
      better_response_id: best,
      safer_response_id: 0,
    }),
  },
  {
    name: 'Stanford Human Preferences',
    labels: 'no ties',
    record: ({ question, responses: [a, b], best }) => ({
      history: question,
      human_ref_A: a,
      human_ref_B: b,
      labels: by(best, 1, 0, 0),
    }),
  },
  {
    name: 'WebGPT comparisons',
    id: (n) => `webgpt-${n}`,
    record: ({ question, responses: [a, b], best, n }) => ({
      question: { dataset: 'eli5', id: `webgpt-${n}`, full_text: question },
      answer_0: a,
      answer_1: b,
      score_0: by(best, 0.5, -0.5, 0),
      score_1: by(best, -0.5, 0.5, 0),
    }),
  },
  {
    name: 'Summarize from feedback',
    labels: 'no ties',
    record: ({ question, responses, best }) => ({
      info: { post: question, title: 'Sums', subreddit: 'maths' },
      summaries: responses.map((text) => ({ text, policy: 'p' })),
      choice: best,
    }),
  },
  {
    name: 'AlpacaFarm and AlpacaEval',
    record: ({ question, responses: [a, b], best }) => ({
      instruction: question,
      input: null,
      output_1: a,
      output_2: b,
      preference: by(best, 1, 2, 1.5),
    }),
  },
  {
    name: 'GRAM pre-training',
    labels: 'none',
    record: ({ question, responses }) => ({
      instruction: `[User Question]\n${question}\n\n`,
      input: '',
      output: framed('Answer', responses),
    }),
  },
  {
    name: 'GRAM fine-tuning',
    labels: 'no ties',
    record: ({ question, responses, best }) => ({
      instruction: `Which is better?\n\n[User Question]\n${question}\n\n${framed('Answer', responses)}\n\n#Preferred: `,
      input: '',
      output: by(best, 'A', 'B', ''),
    }),
  },
  {
    name: 'GRAM-RR training',
    labels: 'no ties',
    record: ({ question, responses, best }) => ({
      instruction: `Rules.\n\n[User Question]\n${question}\n\n${framed('Response', responses)}`,
      input: '',
      output: `<think>\nIt is right.\n</think>\n<answer>\n${by(best, 'A', 'B', '')}\n</answer>`,
    }),
  },
];
