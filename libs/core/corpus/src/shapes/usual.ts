/** Data sets that need no shape of their own: their columns have the usual names. */

export interface Usual {
  readonly name: string;
  readonly source: string;
  readonly columns: readonly string[];
  /** The name of the reading: the prompt column and the form of the responses. */
  readonly reading: string;
  /** What is special about its records. */
  readonly note: string;
}

const chosen = ['chosen', 'rejected'];

export const usual: readonly Usual[] = [
  {
    name: 'TRL, standard',
    source: 'huggingface/trl, dataset formats',
    columns: ['prompt', ...chosen],
    reading: 'prompt + chosen/rejected',
    note: 'texts',
  },
  {
    name: 'TRL, conversational',
    source: 'huggingface/trl, dataset formats',
    columns: ['prompt', ...chosen, 'tools'],
    reading: 'prompt + chosen/rejected',
    note: 'messages, with tools and tool calls where there are any',
  },
  {
    name: 'TRL, implicit prompt',
    source: 'huggingface/trl, dataset formats',
    columns: chosen,
    reading: 'implicit prompt + chosen/rejected',
    note: 'whole conversations',
  },
  {
    name: 'TRL, implicit prompt of texts',
    source: 'huggingface/trl, dataset formats: extract_prompt',
    columns: chosen,
    reading: 'implicit prompt + chosen/rejected',
    note: 'the prompt is what both texts begin with; refused beside any other text',
  },
  {
    name: 'OpenRLHF',
    source: 'OpenRLHF/OpenRLHF, reward data sets',
    columns: ['prompt', ...chosen, 'margin'],
    reading: 'prompt + chosen/rejected',
    note: 'a text as prompt is shown as it is',
  },
  {
    name: 'Axolotl, chat_template',
    source: 'axolotl-ai-cloud/axolotl, DPO data sets: chat_template.default',
    columns: ['messages', ...chosen],
    reading: 'messages + chosen/rejected',
    note: 'one message each in chosen and rejected',
  },
  {
    name: 'Skywork-Reward-Preference',
    source: 'Skywork/Skywork-Reward-Preference-80K, its card',
    columns: [...chosen, 'source'],
    reading: 'implicit prompt + chosen/rejected',
    note: 'whole conversations',
  },
  {
    name: 'hh-rlhf',
    source: 'Anthropic/hh-rlhf, its card',
    columns: chosen,
    reading: 'implicit prompt + chosen/rejected',
    note: 'texts with turns of Human and Assistant',
  },
  {
    name: 'orca_dpo_pairs',
    source: 'Intel/orca_dpo_pairs, its card',
    columns: ['system', 'question', ...chosen],
    reading: 'question + chosen/rejected',
    note: 'the system text is the first message',
  },
  {
    name: 'truthy-dpo',
    source: 'jondurbin/truthy-dpo-v0.1, its card',
    columns: ['system', 'prompt', ...chosen],
    reading: 'prompt + chosen/rejected',
    note: 'the system text is the first message',
  },
  {
    name: 'UltraFeedback, Argilla cleaned',
    source: 'argilla/ultrafeedback-binarized-preferences-cleaned, its card',
    columns: ['prompt', ...chosen, 'chosen-rating', 'rejected-rating'],
    reading: 'prompt + chosen/rejected',
    note: 'whole conversations that repeat the prompt',
  },
  {
    name: 'RewardBench',
    source: 'allenai/reward-bench, its card',
    columns: ['prompt', ...chosen, 'subset'],
    reading: 'prompt + chosen/rejected',
    note: 'texts',
  },
  {
    name: 'RewardBench 2',
    source: 'allenai/reward-bench-2, its card',
    columns: ['prompt', ...chosen, 'num_correct', 'subset'],
    reading: 'prompt + chosen/rejected',
    note: 'lists of texts: one item of all of them, whose gold label is any of chosen',
  },
  {
    name: 'RM-Bench',
    source: 'THU-KEG/RM-Bench, its README',
    columns: ['prompt', ...chosen, 'domain'],
    reading: 'prompt + chosen/rejected',
    note: 'three texts each: one item of six responses, whose gold label is any of chosen; not the official nine comparisons, which corpus.benchmark asks',
  },
];
