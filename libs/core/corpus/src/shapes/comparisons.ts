/** Data sets with two responses side by side, and a label that says which one is better. */
import type { Shape, Verdict } from '../shape.ts';

const turns = (at: string) => ({ kind: 'turns', at }) as const;
const columns = (...at: string[]) => ({ kind: 'columns', at }) as const;

const arenaWinners: Readonly<Record<string, Verdict>> = {
  model_a: 0,
  model_b: 1,
  tie: 'tie',
  both_bad: 'tie',
  'tie (bothbad)': 'tie',
  bothbad: 'tie',
};

const instruction = { kind: 'text', of: [{ at: 'instruction' }, { at: 'input' }] } as const;

export const comparisons: readonly Shape[] = [
  {
    name: 'HelpSteer3',
    source: 'nvidia/HelpSteer3, its card',
    columns: ['context', 'response1', 'response2'],
    labels: ['overall_preference'],
    prompt: [turns('context')],
    responses: columns('response1', 'response2'),
    gold: { kind: 'scale', at: 'overall_preference', middle: 0, from: -3, to: 3 },
    leftOut: { individual_preference: 'the reasons of the people who compared the responses' },
  },
  {
    name: 'HelpSteer2 preference',
    source: 'nvidia/HelpSteer2, folder preference, its card',
    columns: ['prompt', 'response_1', 'response_2'],
    labels: ['preference_strength'],
    prompt: [turns('prompt')],
    responses: columns('response_1', 'response_2'),
    gold: { kind: 'scale', at: 'preference_strength', middle: 0, from: -3, to: 3 },
    leftOut: {
      preference_statement: 'the words of the people who compared the responses',
      preference_elaboration: 'the words of the people who compared the responses',
    },
  },
  {
    name: 'Unified-Feedback',
    source: 'llm-blender/Unified-Feedback, its card',
    columns: ['conv_A', 'conv_B'],
    labels: ['conv_A_rating', 'conv_B_rating'],
    prompt: [],
    responses: columns('conv_A', 'conv_B'),
    gold: { kind: 'ratings', at: ['conv_A_rating', 'conv_B_rating'], best: 'highest' },
  },
  {
    name: 'Chatbot Arena conversations',
    source: 'lmsys/chatbot_arena_conversations (33k) and lmarena-ai/arena-human-preference-140k, their cards',
    columns: ['conversation_a', 'conversation_b'],
    labels: ['winner'],
    prompt: [],
    responses: columns('conversation_a', 'conversation_b'),
    gold: { kind: 'values', at: 'winner', values: arenaWinners },
    leftOut: { full_conversation: 'the same turns again, side by side' },
  },
  {
    name: 'Chatbot Arena 55k',
    source: 'lmarena-ai/arena-human-preference-55k, its card',
    columns: ['prompt', 'response_a', 'response_b'],
    labels: ['winner_model_a', 'winner_model_b', 'winner_tie'],
    prompt: [turns('prompt')],
    responses: columns('response_a', 'response_b'),
    gold: { kind: 'one-hot', at: ['winner_model_a', 'winner_model_b'], tie: 'winner_tie' },
  },
  {
    name: 'Chatbot Arena pairs',
    source: 'columns of lmarena-ai data sets, one turn a record',
    columns: ['prompt', 'response_a', 'response_b'],
    labels: ['winner'],
    prompt: [turns('prompt')],
    responses: columns('response_a', 'response_b'),
    gold: { kind: 'values', at: 'winner', values: arenaWinners },
  },
  {
    name: 'PPE human preference',
    source: 'lmarena-ai/PPE-Human-Preference-V1, its card',
    columns: ['prompt', 'response_1', 'response_2'],
    labels: ['winner'],
    prompt: [turns('prompt')],
    responses: columns('response_1', 'response_2'),
    gold: { kind: 'values', at: 'winner', values: arenaWinners },
  },
  {
    name: 'JudgeBench',
    source: 'ScalerLab/JudgeBench, data',
    columns: ['question', 'response_A', 'response_B', 'pair_id'],
    labels: ['label'],
    prompt: [turns('question')],
    responses: columns('response_A', 'response_B'),
    gold: { kind: 'letters', at: 'label' },
    id: 'pair_id',
  },
  {
    name: 'PKU-SafeRLHF',
    source: 'PKU-Alignment/PKU-SafeRLHF, its card',
    columns: ['prompt', 'response_0', 'response_1'],
    labels: ['better_response_id'],
    prompt: [turns('prompt')],
    responses: columns('response_0', 'response_1'),
    gold: { kind: 'values', at: 'better_response_id', values: { 0: 0, 1: 1 } },
    leftOut: {
      safer_response_id:
        'the other label, which response is safer; label: { field: safer_response_id, values: { 0: 0, 1: 1 } } takes it instead',
    },
  },
  {
    name: 'Stanford Human Preferences',
    source: 'stanfordnlp/SHP and SHP-2, their cards: labels is 1 where A is preferred, 0 where B is',
    columns: ['history', 'human_ref_A', 'human_ref_B'],
    labels: ['labels'],
    prompt: [{ kind: 'text', of: [{ at: 'history' }] }],
    responses: columns('human_ref_A', 'human_ref_B'),
    gold: { kind: 'values', at: 'labels', values: { 1: 0, 0: 1 } },
  },
  {
    name: 'WebGPT comparisons',
    source: 'openai/webgpt_comparisons, its card',
    columns: ['question', 'answer_0', 'answer_1'],
    labels: ['score_0', 'score_1'],
    prompt: [turns('question.full_text')],
    responses: columns('answer_0', 'answer_1'),
    gold: { kind: 'ratings', at: ['score_0', 'score_1'], best: 'highest' },
    id: 'question.id',
    leftOut: {
      quotes_0: 'the sources that the first answer cites by number',
      quotes_1: 'the sources that the second answer cites by number',
    },
  },
  {
    name: 'Summarize from feedback',
    source: 'openai/summarize_from_feedback, comparisons: its card, and the query format of its code',
    columns: ['info', 'summaries'],
    labels: ['choice'],
    prompt: [
      {
        kind: 'text',
        of: [
          { at: 'info.subreddit', heading: 'SUBREDDIT: r/' },
          { at: 'info.title', heading: 'TITLE: ' },
          { at: 'info.post', heading: 'POST: ' },
          { at: 'info.article', heading: 'ARTICLE: ' },
        ],
        end: 'TL;DR:',
      },
    ],
    responses: { kind: 'list', at: 'summaries' },
    gold: { kind: 'values', at: 'choice', values: { 0: 0, 1: 1 } },
    id: 'info.id',
  },
  {
    name: 'AlpacaFarm and AlpacaEval',
    source:
      'tatsu-lab/alpaca_farm and tatsu-lab/alpaca_eval: preference is 1 for output_1, 2 for output_2, 1.5 or 0 for a draw',
    columns: ['instruction', 'output_1', 'output_2'],
    labels: ['preference'],
    prompt: [instruction],
    responses: columns('output_1', 'output_2'),
    gold: { kind: 'scale', at: 'preference', middle: 1.5, from: 1, to: 2, tie: 0 },
  },
];
