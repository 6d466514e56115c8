import type { EngineModel } from '@proofmill/contract';
import { unreadableAnswer } from './unusable-answer.ts';
import { objectOf } from './fields.ts';

/**
 * Reads the entries of /v1/models. `max_model_len` is a field of vLLM and SGLang; llama.cpp has `meta.n_ctx`, the length of one slot.
 * Null for an empty list: the server does not say.
 * @throws RetryableError engine-error when the list is missing, or a model has no name
 */
export function readModels(entries: readonly unknown[]): EngineModel[] | null {
  if (entries.length === 0) return null;
  return entries.map((entry) => {
    const { id, max_model_len: maxModelLen, meta } = objectOf(entry, 'a model');
    if (typeof id !== 'string') throw unreadableAnswer('a model has no id');
    const maxTokens = maxModelLen ?? (meta as { n_ctx?: unknown } | null | undefined)?.n_ctx;
    return { id, maxTokens: isLength(maxTokens) ? maxTokens : null };
  });
}

/** Some servers write 0 or -1 for a length that they do not know. */
const isLength = (tokens: unknown): tokens is number => Number.isSafeInteger(tokens) && Number(tokens) > 0;

/** What the server calls itself in its list; null where models of several owners are in it. */
export function ownerOf(entries: readonly unknown[]): unknown {
  const owners = new Set(entries.map((entry) => objectOf(entry, 'a model').owned_by));
  const [owner] = owners;
  return owners.size === 1 ? owner : null;
}
