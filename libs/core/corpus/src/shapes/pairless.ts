/** Data sets whose records have no two responses to compare. */
import type { Pairless } from '../shape.ts';

const join = 'Join the responses to one prompt into one record: { "prompt": .., "responses": [.., ..] }';

export const pairless: readonly Pairless[] = [
  {
    name: 'KTO',
    source: 'huggingface/trl, unpaired preference data',
    columns: ['prompt', 'completion', 'label'],
    noPair: `it is one completion with a thumb up or down (KTO), and no second one to compare it with. ${join}`,
  },
  {
    name: 'KTO of messages',
    source: 'hiyouga/LLaMA-Factory, data/README.md: KTO data',
    columns: ['messages', 'kto_tag'],
    noPair: `it is one conversation with a thumb up or down (KTO), and no second answer to compare. ${join}`,
  },
  {
    name: 'HelpSteer2 ratings',
    source: 'nvidia/HelpSteer and HelpSteer2, their cards',
    columns: ['prompt', 'response', 'helpfulness'],
    noPair: `it is one response with ratings, and no second one to compare it with. ${join}. HelpSteer2 has pairs in its folder preference`,
  },
  {
    name: 'OpenAssistant messages',
    source: 'OpenAssistant/oasst1 and oasst2, the flat files',
    columns: ['message_id', 'text', 'role', 'message_tree_id'],
    noPair:
      'it is one message of a tree, and its siblings are other records. Use the files of trees (.trees.jsonl.gz), where the replies to a message stand in one record',
  },
  {
    name: 'messages of a tree',
    source: 'forums and collected conversations: a message, and which one it answers',
    columns: ['parent_id', 'text'],
    noPair: `it is one message of a tree, and its siblings are other records. ${join}`,
  },
  ...[
    ['prompt', 'response'],
    ['prompt', 'completion'],
    ['instruction', 'output'],
    ['instruction', 'response'],
    ['question', 'answer'],
    ['query', 'response'],
  ].map(([prompt, response]) => ({
    name: `${prompt}, ${response}`,
    source: 'data for fine-tuning, or with a score for each response',
    columns: [prompt, response] as string[],
    noPair: `it has one response, ${response}, and no other column that is known as a second one. If there is one, name both: spec.corpus.fields: { prompt: ${prompt}, responses: [${response}, SECOND_COLUMN] }. If there is none: ${join.charAt(0).toLowerCase()}${join.slice(1)}`,
  })),
  ...['messages', 'conversations'].map((column) => ({
    name: column,
    source: 'conversations for fine-tuning',
    columns: [column],
    noPair: `it is one conversation, and there is no second answer to compare. ${join}`,
  })),
];
