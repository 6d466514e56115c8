import type { Input, Sizes, StageDefinition } from '@proofmill/contract';

const SHARD_BYTES = 256 * 1024 * 1024;
const CHUNK_BYTES = 256 * 1024;
/** What a chunk should cost the engine: little enough that a death wastes little, enough that a message is worth sending. */
const CHUNK_SECONDS = 30;
/** Assumptions, nothing being measured yet: tokens of one answer, and of one engine in a second. */
const ANSWER_TOKENS = 800;
const ENGINE_TOKENS_PER_SECOND = 2500;
const MAX_CHUNK_ITEMS = 64;

/** Plain bytes that a compressed byte is taken for. */
const GZIP_RATIO = 4;

/**
 * Where a run cuts its shards and chunks. `shards` asks for about that many, and plain inputs give no more: a shard is closed
 * as soon as it holds its part of the bytes.
 */
export function sizesOf(inputs: readonly Input[], definition: StageDefinition, shards?: number): Sizes {
  const plainBytes = inputs.reduce(
    (sum, input) => sum + input.bytes * (/\.(gz|zst)$/.test(input.uri) ? GZIP_RATIO : 1),
    0,
  );
  const answers = definition.kind === 'label' ? definition.votes.max : definition.candidates;
  const itemSeconds = (answers * Math.min(ANSWER_TOKENS, definition.sampling.maxTokens)) / ENGINE_TOKENS_PER_SECOND;
  return {
    shardBytes: shards === undefined ? SHARD_BYTES : Math.max(1, Math.ceil(plainBytes / shards)),
    chunkBytes: CHUNK_BYTES,
    chunkItems: Math.max(1, Math.min(MAX_CHUNK_ITEMS, Math.floor(CHUNK_SECONDS / itemSeconds))),
  };
}
