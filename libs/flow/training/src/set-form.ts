/** Prompts and answers in the columns that a trainer reads: those of `proofmill export --as reasoning`. */
import type { LoopSpec, Message } from '@proofmill/contract';

export type LoopTrainer = LoopSpec['export']['for'];

/** The file of the rows: the Hub's `datasets` finds it by its folder and name, LLaMA-Factory by dataset_info.json. */
export const setPath = (trainer: LoopTrainer): string =>
  trainer === 'trl' ? 'data/train-00000-of-00001.jsonl' : 'train/00000.jsonl';

/** One row: messages and the answer to learn. */
export function setRow(trainer: LoopTrainer, prompt: readonly Message[], answer: string): object {
  const messages = [{ role: 'assistant', content: answer }];
  return trainer === 'trl' ? { prompt, completion: messages } : { messages: [...prompt, ...messages] };
}

/** The files that load a set beside its rows. */
export function setGlue(trainer: LoopTrainer): Readonly<Record<string, string>> {
  if (trainer === 'trl') return {};
  const tags = {
    role_tag: 'role',
    content_tag: 'content',
    user_tag: 'user',
    assistant_tag: 'assistant',
    system_tag: 'system',
  };
  const entry = { file_name: 'train', formatting: 'sharegpt', columns: { messages: 'messages' }, tags };
  return { 'dataset_info.json': `${JSON.stringify({ proofmill_train: entry }, null, 2)}\n` };
}
