/** Data sets with any number of responses, and a number for each. */
import type { Shape } from '../shape.ts';

const turns = (at: string) => ({ kind: 'turns', at }) as const;
const list = (at: string) => ({ kind: 'list', at }) as const;
const ratings = (at: string, best: 'highest' | 'lowest' = 'highest') => ({ kind: 'ratings', at, best }) as const;

export const rated: readonly Shape[] = [
  {
    name: 'UltraFeedback',
    source: 'openbmb/UltraFeedback, its card; fine-grained_score is the mean of the ratings of the four aspects',
    columns: ['instruction', 'completions', 'models'],
    prompt: [turns('instruction')],
    responses: list('completions[*].response'),
    gold: ratings('completions[*].fine-grained_score'),
    leftOut: {
      'completions[*].overall_score':
        'the score of the critique, which is known to be wrong in many records; ratings: completions[*].overall_score takes it instead',
      'completions[*].custom_system_prompt':
        'the principle that each response was told to follow, another one for each: the responses are compared as answers to the instruction',
      'completions[*].critique': 'the critique of each response',
      correct_answers: 'answers of a reference, for some of the sources',
      incorrect_answers: 'answers of a reference, for some of the sources',
    },
  },
  {
    name: 'Nectar',
    source: 'berkeley-nest/Nectar, its card: rank 1 is the best',
    columns: ['prompt', 'answers'],
    prompt: [turns('prompt')],
    responses: list('answers[*].answer'),
    gold: ratings('answers[*].rank', 'lowest'),
    leftOut: { turns: 'how many turns the prompt has' },
  },
  {
    name: 'distilabel',
    source: 'argilla-io/distilabel, the steps that rate generations',
    columns: ['instruction', 'generations'],
    labels: ['ratings'],
    prompt: [turns('instruction')],
    responses: list('generations'),
    gold: ratings('ratings'),
  },
  {
    name: 'NeMo-RL preference',
    source: 'NVIDIA-NeMo/RL, PreferenceDataset: rank 0 is the best',
    columns: ['context', 'completions'],
    prompt: [turns('context')],
    responses: list('completions[*].completion'),
    gold: ratings('completions[*].rank', 'lowest'),
  },
  {
    name: 'PPE best of K',
    source: 'lmarena-ai/PPE-MMLU-Pro-Best-of-K and its siblings: scores says which responses are correct',
    columns: ['prompt', 'response_1', 'response_2'],
    labels: ['scores'],
    prompt: [turns('prompt')],
    responses: { kind: 'numbered', prefix: 'response_' },
    gold: ratings('scores'),
  },
  {
    name: 'OpenAssistant trees',
    source:
      'OpenAssistant/oasst1 and oasst2, trees: rank 0 is the best. A record is one item: the replies to its first message',
    columns: ['message_tree_id', 'prompt'],
    labels: ['tree_state'],
    prompt: [turns('prompt.text')],
    responses: list('prompt.replies[*].text'),
    gold: ratings('prompt.replies[*].rank', 'lowest'),
    id: 'message_tree_id',
    leftOut: { 'prompt.replies[*].replies': 'the rest of the tree; each further comparison needs a record of its own' },
  },
  {
    name: 'Proofmill rows',
    source: 'data/ of an output of Proofmill: docs/output.md',
    columns: ['prompt', 'responses', 'confidenceOf', 'decidedBy'],
    labels: ['gold', 'goldTied'],
    prompt: [turns('prompt')],
    responses: list('responses'),
    gold: { kind: 'index', at: 'gold', tied: 'goldTied' },
    id: 'sourceId',
    leftOut: {
      winner: 'the label of that run; label: { field: winner, values: { 0: 0, 1: 1 } } makes it the gold label',
    },
  },
];
