/** Data sets whose columns are named after the better and the worse response. */
import type { Shape } from '../shape.ts';

const turns = (at: string) => ({ kind: 'turns', at }) as const;
const sides = { kind: 'sides', better: 'chosen', worse: 'rejected' } as const;
const gold = { kind: 'sides' } as const;

export const chosen: readonly Shape[] = [
  {
    name: 'UltraFeedback binarized',
    source: 'HuggingFaceH4/ultrafeedback_binarized, its card',
    columns: ['prompt', 'chosen', 'rejected', 'messages'],
    labels: ['score_chosen', 'score_rejected'],
    prompt: [turns('prompt')],
    responses: sides,
    gold,
    id: 'prompt_id',
    leftOut: { messages: 'the conversation of chosen again, for fine-tuning' },
  },
  {
    name: 'UltraFeedback, Argilla binarized',
    source: 'argilla/ultrafeedback-binarized-preferences, its card',
    columns: ['instruction', 'chosen_response', 'rejected_response'],
    prompt: [turns('instruction')],
    responses: { kind: 'sides', better: 'chosen_response', worse: 'rejected_response' },
    gold,
  },
  {
    name: 'Orca DPO pairs, Argilla',
    source: 'argilla/distilabel-intel-orca-dpo-pairs, its card',
    columns: ['input', 'chosen', 'rejected', 'generations'],
    labels: ['status'],
    prompt: [turns('input')],
    responses: sides,
    gold,
    leftOut: {
      generations: 'chosen and rejected again, in the order in which they were rated',
      generation_prompt: 'the request that the responses were made with',
      raw_generation_responses: 'the responses again, as they came',
    },
  },
  {
    name: 'Capybara DPO',
    source: 'argilla/distilabel-capybara-dpo-7k-binarized, its card',
    columns: ['prompt', 'chosen', 'rejected', 'conversation', 'original_response'],
    prompt: [turns('prompt')],
    responses: sides,
    gold,
    leftOut: {
      conversation: 'the conversation of chosen and rejected again, with the answer that was first there',
      generation_prompt: 'the request that the responses were made with',
      raw_generation_responses: 'the responses again, as they came',
      new_generations: 'the responses again',
    },
  },
  {
    name: 'LLaMA-Factory, sharegpt',
    source: 'hiyouga/LLaMA-Factory, data/README.md: preference data in the sharegpt format',
    columns: ['conversations', 'chosen', 'rejected'],
    prompt: [turns('conversations')],
    responses: sides,
    gold,
  },
  {
    name: 'LLaMA-Factory, alpaca',
    source: 'hiyouga/LLaMA-Factory, data/README.md: preference data in the alpaca format',
    columns: ['instruction', 'chosen', 'rejected'],
    labels: ['input'],
    prompt: [{ kind: 'text', of: [{ at: 'instruction' }, { at: 'input' }] }],
    responses: sides,
    gold,
  },
  {
    name: 'UltraInteract pairs',
    source: 'openbmb/UltraInteract_pair, its card: the trajectory is the conversation in front of both',
    columns: ['trajectory', 'chosen', 'rejected'],
    prompt: [turns('trajectory')],
    responses: sides,
    gold,
  },
  {
    name: 'OpenAI preference',
    source: 'OpenAI, preference fine-tuning: the file format',
    columns: ['input', 'preferred_output', 'non_preferred_output'],
    prompt: [turns('input')],
    responses: { kind: 'sides', better: 'preferred_output', worse: 'non_preferred_output' },
    gold,
  },
];
