/** A number, or a place, for each response. */
import { assistant, ranks, ratings, type Shaped, user } from './shaped.ts';

export const rated: readonly Shaped[] = [
  {
    name: 'UltraFeedback',
    count: 3,
    record: (made) => ({
      instruction: made.question,
      models: made.responses.map((_, at) => `model ${at}`),
      completions: made.responses.map((response, at) => ({
        response,
        'fine-grained_score': ratings(made)[at],
        overall_score: at,
      })),
    }),
  },
  {
    name: 'Nectar',
    count: 3,
    record: (made) => ({
      prompt: `\n\nHuman: ${made.question}\n\nAssistant: `,
      answers: made.responses.map((answer, at) => ({ answer, rank: ranks(made, 1)[at] })),
    }),
  },
  {
    name: 'distilabel',
    record: (made) => ({ instruction: made.question, generations: made.responses, ratings: ratings(made) }),
  },
  {
    name: 'NeMo-RL preference',
    record: (made) => ({
      context: [user(made.question)],
      completions: made.responses.map((text, at) => ({ rank: ranks(made, 0)[at], completion: [assistant(text)] })),
    }),
  },
  {
    name: 'PPE best of K',
    count: 3,
    record: (made) => ({
      prompt: made.question,
      ...Object.fromEntries(made.responses.map((text, at) => [`response_${at + 1}`, text])),
      scores: ratings(made).map((rating) => rating === 5),
    }),
  },
  {
    name: 'OpenAssistant trees',
    id: (n) => `tree-${n}`,
    record: (made) => ({
      message_tree_id: `tree-${made.n}`,
      tree_state: 'ready_for_export',
      prompt: {
        text: made.question,
        role: 'prompter',
        replies: made.responses.map((text, at) => ({ text, role: 'assistant', rank: ranks(made, 0)[at], replies: [] })),
      },
    }),
  },
  {
    name: 'Proofmill rows',
    id: (n) => `row-${n}`,
    record: ({ question, responses, best, n }) => ({
      id: `00000:${n}`,
      sourceId: `row-${n}`,
      prompt: [user(question)],
      responses,
      gold: typeof best === 'number' ? best : null,
      goldTied: best === 'tie' ? [0, 1] : [],
      confidenceOf: 'votes',
      decidedBy: 'judge',
    }),
  },
];
