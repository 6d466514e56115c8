/** A record of each data set that has the usual names, with texts of our own, and the item that it is. */
import { assistant, asked, type Fixture, system, two, user } from './shapes.fixture.ts';

const conversation = (answer: string) => [user('Two and two?'), assistant(answer)];
const said = { chosen: 'Four.', rejected: 'Five.' };
const talked = { chosen: conversation('Four.'), rejected: conversation('Five.') };
const several = { chosen: ['Four.', '4'], rejected: ['Five.'] };
const right = { responses: ['Four.', '4', 'Five.'], gold: null, goldTied: [0, 1] };

/** Records of data sets that have the usual names. */
export const usualFixtures: Readonly<Record<string, Fixture>> = {
  'TRL, standard': { record: { prompt: 'Two and two?', ...said }, item: { ...asked, gold: 0 } },
  'TRL, conversational': {
    record: {
      prompt: [user('Two and two?')],
      chosen: [assistant('Four.')],
      rejected: [assistant('Five.')],
      tools: '[{"name":"add"}]',
    },
    item: {
      prompt: [system('The assistant can call these tools:\n{"name":"add"}'), user('Two and two?')],
      ...two,
      gold: 0,
    },
  },
  'TRL, implicit prompt': { record: talked, item: { ...asked, gold: 0 } },
  'TRL, implicit prompt of texts': {
    record: { chosen: 'Two and two is four.', rejected: 'Two and two is five.' },
    item: { prompt: [user('Two and two is')], responses: [' four.', ' five.'], gold: 0 },
  },
  OpenRLHF: {
    record: { prompt: 'Human: Two and two?\nAssistant:', ...said, margin: 1.5 },
    item: { prompt: [user('Human: Two and two?\nAssistant:')], ...two, gold: 0 },
  },
  'Axolotl, chat_template': {
    record: { messages: [user('Two and two?')], chosen: assistant('Four.'), rejected: assistant('Five.') },
    item: { ...asked, gold: 0 },
  },
  'Skywork-Reward-Preference': { record: { ...talked, source: 'magpie' }, item: { ...asked, gold: 0 } },
  'hh-rlhf': {
    record: {
      chosen: '\n\nHuman: Two and two?\n\nAssistant: Four.',
      rejected: '\n\nHuman: Two and two?\n\nAssistant: Five.',
    },
    item: { ...asked, gold: 0 },
  },
  orca_dpo_pairs: {
    record: { system: 'Be brief.', question: 'Two and two?', ...said },
    item: { prompt: [system('Be brief.'), user('Two and two?')], ...two, gold: 0 },
  },
  'truthy-dpo': {
    record: { id: 't', source: 's', system: 'Be brief.', prompt: 'Two and two?', ...said },
    item: { prompt: [system('Be brief.'), user('Two and two?')], ...two, sourceId: 't', gold: 0 },
  },
  'UltraFeedback, Argilla cleaned': {
    record: { prompt: 'Two and two?', ...talked, 'chosen-rating': 5, 'rejected-rating': 1 },
    item: { ...asked, gold: 0 },
  },
  RewardBench: {
    record: { id: 9, prompt: 'Two and two?', ...said, chosen_model: 'm', rejected_model: 'n', subset: 'maths' },
    item: { ...asked, sourceId: '9', gold: 0 },
  },
  'RewardBench 2': {
    record: { prompt: 'Two and two?', ...several, num_correct: 2, num_incorrect: 1, subset: 'Math', models: ['m'] },
    item: right,
  },
  'RM-Bench': { record: { id: 'r', prompt: 'Two and two?', ...several, domain: 'math' }, item: right },
};
