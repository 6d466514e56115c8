/** A record of each data set, with texts of our own, and the item that it is. */
import type { Item } from '@proofmill/contract';

export interface Fixture {
  readonly record: object;
  readonly item: Partial<Item>;
}

export const user = (content: string) => ({ role: 'user', content });
export const assistant = (content: string) => ({ role: 'assistant', content });
export const system = (content: string) => ({ role: 'system', content });

export const two = { responses: ['Four.', 'Five.'] };
export const asked = { prompt: [user('Two and two?')], ...two };
const parts = (...texts: string[]) => texts.map((text) => ({ type: 'text', text, image: null, mimeType: null }));

const answerFrame = (a: string, b: string, what: string): string =>
  `[The Start of Assistant A's ${what}]\n${a}\n[The End of Assistant A's ${what}]\n\n[The Start of Assistant B's ${what}]\n${b}\n[The End of Assistant B's ${what}]`;

export const fixtures: Readonly<Record<string, Fixture>> = {
  HelpSteer3: {
    record: {
      domain: 'general',
      context: [user('Hi.'), assistant('Hello.'), user('Two and two?')],
      response1: 'Four.',
      response2: 'Five.',
      overall_preference: -2,
      individual_preference: [{ score: -2, reasoning: 'It is right.' }],
    },
    item: { prompt: [user('Hi.'), assistant('Hello.'), user('Two and two?')], ...two, gold: 0 },
  },
  'HelpSteer2 preference': {
    record: {
      prompt: 'Two and two?',
      response_1: 'Four.',
      response_2: 'Five.',
      preference_strength: 3,
      preference_statement: 'B',
    },
    item: { ...asked, gold: 1 },
  },
  'Unified-Feedback': {
    record: {
      id: 'u-1',
      conv_A: [user('Two and two?'), assistant('Four.')],
      conv_B: [user('Two and two?'), assistant('Five.')],
      conv_A_rating: 3,
      conv_B_rating: 3,
    },
    item: { ...asked, sourceId: 'u-1', gold: null, goldTied: [0, 1] },
  },
  'Chatbot Arena conversations': {
    record: {
      question_id: 'c-1',
      winner: 'tie (bothbad)',
      conversation_a: [
        { role: 'user', content: parts('Two', 'and two?') },
        { role: 'assistant', content: parts('Four.') },
      ],
      conversation_b: [
        { role: 'user', content: parts('Two', 'and two?') },
        { role: 'assistant', content: parts('Five.') },
      ],
      full_conversation: [],
    },
    item: { prompt: [user('Two\n\nand two?')], ...two, sourceId: 'c-1', gold: null, goldTied: [0, 1] },
  },
  'Chatbot Arena 55k': {
    record: {
      id: 5,
      prompt: '["Two and two?","And three?"]',
      response_a: '["Four.","Seven."]',
      response_b: '["Five.","Eight."]',
      winner_model_a: 0,
      winner_model_b: 1,
      winner_tie: 0,
    },
    item: {
      prompt: [user('Two and two?')],
      responses: [
        'Assistant: Four.\n\nUser: And three?\n\nAssistant: Seven.',
        'Assistant: Five.\n\nUser: And three?\n\nAssistant: Eight.',
      ],
      gold: 1,
    },
  },
  'Chatbot Arena pairs': {
    record: { prompt: 'Two and two?', response_a: 'Four.', response_b: 'Five.', winner: 'model_b' },
    item: { ...asked, gold: 1 },
  },
  'PPE human preference': {
    record: {
      question_id: 'h-1',
      prompt: 'Two and two?',
      response_1: 'Four.',
      response_2: 'Five.',
      winner: 'model_a',
      language: 'English',
    },
    item: { ...asked, gold: 0 },
  },
  JudgeBench: {
    record: {
      pair_id: 'j-1',
      original_id: 7,
      question: 'Two and two?',
      response_A: 'Four.',
      response_B: 'Five.',
      label: 'B>A',
    },
    item: { ...asked, sourceId: 'j-1', gold: 1 },
  },
  'PKU-SafeRLHF': {
    record: {
      prompt: 'Two and two?',
      response_0: 'Four.',
      response_1: 'Five.',
      better_response_id: 1,
      safer_response_id: 0,
    },
    item: { ...asked, gold: 1 },
  },
  'Stanford Human Preferences': {
    record: { history: 'Two and two?', human_ref_A: 'Four.', human_ref_B: 'Five.', labels: 1, score_A: 9, score_B: 4 },
    item: { ...asked, gold: 0 },
  },
  'WebGPT comparisons': {
    record: {
      question: { dataset: 'd', id: 'w-1', full_text: 'Two and two?' },
      quotes_0: { title: ['t'], extract: ['e'] },
      answer_0: 'Four.',
      answer_1: 'Five.',
      score_0: -0.5,
      score_1: 0.5,
    },
    item: { ...asked, sourceId: 'w-1', gold: 1 },
  },
  'Summarize from feedback': {
    record: {
      info: { id: 's-1', post: 'I added two and two.', title: 'Sums', subreddit: 'maths' },
      summaries: [
        { text: 'Four.', policy: 'p' },
        { text: 'Five.', policy: 'q' },
      ],
      choice: 1,
    },
    item: {
      prompt: [user('SUBREDDIT: r/maths\n\nTITLE: Sums\n\nPOST: I added two and two.\n\nTL;DR:')],
      ...two,
      sourceId: 's-1',
      gold: 1,
    },
  },
  'AlpacaFarm and AlpacaEval': {
    record: {
      instruction: 'Add.',
      input: '2 2',
      output_1: 'Four.',
      output_2: 'Five.',
      preference: 1,
      generator_1: 'm',
    },
    item: { prompt: [user('Add.\n\n2 2')], ...two, gold: 0 },
  },
  'UltraFeedback binarized': {
    record: {
      prompt: 'Two and two?',
      prompt_id: 'b-1',
      chosen: [user('Two and two?'), assistant('Four.')],
      rejected: [user('Two and two?'), assistant('Five.')],
      messages: [user('Two and two?'), assistant('Four.')],
      score_chosen: 8,
      score_rejected: 3,
    },
    item: { ...asked, sourceId: 'b-1', gold: 0 },
  },
  'UltraFeedback, Argilla binarized': {
    record: { instruction: 'Two and two?', chosen_response: 'Four.', rejected_response: 'Five.', chosen_avg_rating: 5 },
    item: { ...asked, gold: 0 },
  },
  'Orca DPO pairs, Argilla': {
    record: {
      system: 'Be brief.',
      input: 'Two and two?',
      chosen: 'Four.',
      rejected: 'Five.',
      generations: ['Five.', 'Four.'],
      status: 'unchanged',
      raw_generation_responses: ['Five.', 'Four. '],
    },
    item: { prompt: [system('Be brief.'), user('Two and two?')], ...two, gold: 0 },
  },
  'Capybara DPO': {
    record: {
      prompt: 'And two more?',
      chosen: [user('Two and two?'), assistant('Four.'), user('And two more?'), assistant('Six.')],
      rejected: [user('Two and two?'), assistant('Four.'), user('And two more?'), assistant('Nine.')],
      conversation: [
        { input: 'Two and two?', output: 'Four.' },
        { input: 'And two more?', output: 'Seven, I think.' },
      ],
      original_response: 'Seven, I think.',
      generation_prompt: ['..'],
      new_generations: ['Six.'],
    },
    item: {
      prompt: [user('Two and two?'), assistant('Four.'), user('And two more?')],
      responses: ['Six.', 'Nine.'],
      gold: 0,
    },
  },
  'LLaMA-Factory, sharegpt': {
    record: {
      conversations: [
        { from: 'human', value: 'Hi.' },
        { from: 'gpt', value: 'Hello.' },
        { from: 'human', value: 'Two and two?' },
      ],
      system: 'Be brief.',
      chosen: { from: 'gpt', value: 'Four.' },
      rejected: { from: 'gpt', value: 'Five.' },
    },
    item: { prompt: [system('Be brief.'), user('Hi.'), assistant('Hello.'), user('Two and two?')], ...two, gold: 0 },
  },
  'LLaMA-Factory, alpaca': {
    record: {
      instruction: 'Add.',
      input: '2 2',
      chosen: 'Four.',
      rejected: 'Five.',
      system: 'Be brief.',
      history: [['Hi.', 'Hello.']],
    },
    item: { prompt: [system('Be brief.'), user('Hi.'), assistant('Hello.'), user('Add.\n\n2 2')], ...two, gold: 0 },
  },
  'UltraInteract pairs': {
    record: {
      task: 'Coding',
      trajectory: [
        { from: 'user', value: 'Two and two?' },
        { from: 'assistant', value: 'Three.' },
        { from: 'user', value: 'Look again.' },
      ],
      chosen: 'Four.',
      rejected: 'Five.',
      id: 'u-1',
      parent_id: 'u-0',
    },
    item: {
      prompt: [user('Two and two?'), assistant('Three.'), user('Look again.')],
      ...two,
      sourceId: 'u-1',
      gold: 0,
    },
  },
  'OpenAI preference': {
    record: {
      input: { messages: [user('Two and two?')], tools: [], parallel_tool_calls: true },
      preferred_output: [assistant('Four.')],
      non_preferred_output: [assistant('Five.')],
    },
    item: { ...asked, gold: 0 },
  },
  UltraFeedback: {
    record: {
      source: 'evol',
      instruction: 'Two and two?',
      models: ['m', 'n', 'o'],
      completions: [
        {
          response: 'Five.',
          'fine-grained_score': 1.5,
          overall_score: 9,
          critique: 'Fine.',
          custom_system_prompt: 'Be kind.',
        },
        { response: 'Four.', 'fine-grained_score': 4.75, overall_score: 7 },
        { response: 'Nine.', 'fine-grained_score': 1, overall_score: 7 },
      ],
      correct_answers: ['None'],
    },
    item: { prompt: [user('Two and two?')], responses: ['Five.', 'Four.', 'Nine.'], gold: 1 },
  },
  Nectar: {
    record: {
      prompt: '\n\nHuman: Hi.\n\nAssistant: Hello.\n\nHuman: Two and two?\n\nAssistant: ',
      answers: [
        { answer: 'Five.', model: 'm', rank: 2 },
        { answer: 'Four.', model: 'n', rank: 1 },
      ],
      turns: 2,
      num_responses: 2,
    },
    item: { prompt: [user('Hi.'), assistant('Hello.'), user('Two and two?')], responses: ['Five.', 'Four.'], gold: 1 },
  },
  distilabel: {
    record: {
      instruction: 'Two and two?',
      generations: ['Four.', 'Five.', 'Four!'],
      ratings: [5, 1, 5],
      model_name: 'm',
    },
    item: { responses: ['Four.', 'Five.', 'Four!'], gold: null, goldTied: [0, 2] },
  },
  'NeMo-RL preference': {
    record: {
      context: [user('Two and two?')],
      completions: [
        { rank: 0, completion: [assistant('Four.')] },
        { rank: 1, completion: [assistant('Five.')] },
      ],
    },
    item: { ...asked, gold: 0 },
  },
  'PPE best of K': {
    record: {
      question_id: 'k-1',
      prompt: 'Two and two?',
      response_1: 'Five.',
      response_2: 'Four.',
      response_3: '4',
      scores: [false, true, true],
      ground_truth: '4',
    },
    item: { responses: ['Five.', 'Four.', '4'], gold: null, goldTied: [1, 2] },
  },
  'OpenAssistant trees': {
    record: {
      message_tree_id: 't-1',
      tree_state: 'ready_for_export',
      prompt: {
        text: 'Two and two?',
        role: 'prompter',
        replies: [
          { text: 'Five.', role: 'assistant', rank: 1, replies: [{ text: 'No.', role: 'prompter', replies: [] }] },
          { text: 'Four.', role: 'assistant', rank: 0, replies: [] },
        ],
      },
    },
    item: { prompt: [user('Two and two?')], responses: ['Five.', 'Four.'], sourceId: 't-1', gold: 1 },
  },
  'Proofmill rows': {
    record: {
      id: '00000:4',
      sourceId: 'r-1',
      prompt: [user('Two and two?')],
      responses: ['Four.', 'Five.'],
      gold: 1,
      goldTied: [],
      winner: 0,
      confidenceOf: 'votes',
      decidedBy: 'judge',
    },
    item: { ...asked, sourceId: 'r-1', gold: 1 },
  },
  'GRAM pre-training': {
    record: {
      instruction: '[User Question]\nTwo and two?\n\n',
      input: '',
      output: answerFrame('Four.', 'Five.', 'Answer'),
    },
    item: { ...asked, gold: null },
  },
  'GRAM fine-tuning': {
    record: {
      instruction: `Which is better?\n\n[User Question]\nTwo and two?\n\n${answerFrame('Four.', 'Five.', 'Answer')}\n\n#Preferred: `,
      input: '',
      output: 'B',
    },
    item: { ...asked, gold: 1 },
  },
  'GRAM-RR training': {
    record: {
      instruction: `Rules.\n\n[User Question]\nTwo and two?\n\n${answerFrame('Four.', 'Five.', 'Response')}`,
      input: '',
      output: '<think>\nIt is right.\n</think>\n<answer>\nA\n</answer>',
    },
    item: { ...asked, gold: 0 },
  },
};
