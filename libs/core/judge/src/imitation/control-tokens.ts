/**
 * The tokens with which families of models tell turns, roles and tools apart. A server that renders a conversation with a chat
 * template and then tokenises the whole text takes them for control tokens wherever they stand, also in a candidate's text.
 *
 * Left out are tokens that ordinary texts hold: `<think>` and `<tool_call>`, which answers are meant to have, `[IMG]`, which is
 * BBCode, and `<s>`, `</s>`, which HTML uses for struck text, and `<unk>`, `<pad>` and `<mask>`, which end no turn.
 */
import type { Imitated } from '@proofmill/contract';

export interface ControlTokens {
  readonly of: Exclude<Imitated, 'the frame'>;
  /** Where these tokens are defined. */
  readonly source: string;
  readonly tokens: readonly string[];
}

/** A token that several families share stands with the first of them, and is reported as that family's. */
export const controlTokens: readonly ControlTokens[] = [
  {
    of: 'ChatML',
    source: '`tokenizer_config.json` of Qwen/Qwen2.5-7B-Instruct and microsoft/phi-4',
    tokens: ['<|im_start|>', '<|im_end|>', '<|im_sep|>', '<|endoftext|>'],
  },
  {
    of: 'Llama 2',
    source: '`llama/generation.py` of meta-llama/llama',
    tokens: ['[INST]', '[/INST]', '<<SYS>>', '<</SYS>>'],
  },
  {
    of: 'Llama 3',
    source: '`llama/tokenizer.py` of meta-llama/llama3; `models/llama4/tokenizer.py` of meta-llama/llama-models',
    tokens: [
      '<|begin_of_text|>',
      '<|end_of_text|>',
      '<|start_header_id|>',
      '<|end_header_id|>',
      '<|eot_id|>',
      '<|eom_id|>',
      '<|python_tag|>',
      '<|header_start|>',
      '<|header_end|>',
      '<|eot|>',
      '<|eom|>',
      '<|python_start|>',
      '<|python_end|>',
    ],
  },
  {
    of: 'Gemma',
    source: '`tokenizer_config.json` of google/gemma-3-27b-it; the chat template of Gemma 4',
    tokens: ['<start_of_turn>', '<end_of_turn>', '<bos>', '<eos>', '<|turn>', '<turn|>', '<|channel>', '<channel|>'],
  },
  {
    of: 'Mistral',
    source: '`tokens/tokenizers/base.py` of mistralai/mistral-common (`SpecialTokens`)',
    tokens: [
      '[SYSTEM_PROMPT]',
      '[/SYSTEM_PROMPT]',
      '[AVAILABLE_TOOLS]',
      '[/AVAILABLE_TOOLS]',
      '[TOOL_CALLS]',
      '[TOOL_RESULTS]',
      '[/TOOL_RESULTS]',
    ],
  },
  {
    of: 'Phi',
    source: '`tokenizer_config.json` of microsoft/Phi-3-mini-4k-instruct',
    tokens: ['<|system|>', '<|user|>', '<|assistant|>', '<|end|>'],
  },
  {
    of: 'GLM',
    source:
      '`tokenizer_config.json` of zai-org/GLM-4.5; it shares `<|system|>`, `<|user|>` and `<|assistant|>` with Phi',
    tokens: ['[gMASK]', '<sop>', '<eop>', '<|observation|>'],
  },
  {
    of: 'harmony',
    source: '`docs/format.md` of openai/harmony; it shares `<|end|>` with Phi',
    tokens: [
      '<|start|>',
      '<|message|>',
      '<|channel|>',
      '<|constrain|>',
      '<|return|>',
      '<|call|>',
      '<|startoftext|>',
      '<|endofprompt|>',
    ],
  },
  {
    of: 'DeepSeek',
    source: '`tokenizer_config.json` of deepseek-ai/DeepSeek-V3 and deepseek-ai/DeepSeek-R1',
    tokens: [
      '<｜begin▁of▁sentence｜>',
      '<｜end▁of▁sentence｜>',
      '<｜User｜>',
      '<｜Assistant｜>',
      '<｜tool▁calls▁begin｜>',
      '<｜tool▁calls▁end｜>',
      '<｜tool▁call▁begin｜>',
      '<｜tool▁call▁end｜>',
      '<｜tool▁outputs▁begin｜>',
      '<｜tool▁outputs▁end｜>',
      '<｜tool▁output▁begin｜>',
      '<｜tool▁output▁end｜>',
      '<｜tool▁sep｜>',
      '<|EOT|>',
    ],
  },
];
