/** Identity is content or position: digests of canonical JSON, never a clock or a random number. */
import { createHash } from 'node:crypto';
import type { Item } from './terms.ts';

/** sha256 as lower-case hex. */
export const sha256 = (data: string | Uint8Array): string => createHash('sha256').update(data).digest('hex');

/** A sha256 over pieces. */
export function sha256Pieces(): { update(piece: Uint8Array): void; hex(): string } {
  const hash = createHash('sha256');
  return { update: (piece) => void hash.update(piece), hex: () => hash.digest('hex') };
}

/**
 * JSON with the keys of every object sorted by code unit and `undefined` left out, so that equal values have equal bytes.
 * Takes JSON values only.
 */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) => {
    if (inner === null || typeof inner !== 'object' || Array.isArray(inner)) return inner;
    return Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}

/** The digest of a value's canonical JSON. */
export const digestOf = (value: unknown): string => sha256(canonicalJson(value));

/**
 * The digest that guards an item: what is asked about it, not where it stands, so equal pairs have equal seeds and answers.
 * `winner` is the label to prove, in a prove stage.
 */
export const itemDigest = (item: Pick<Item, 'prompt' | 'responses'>, winner: number | null = null): string =>
  sha256(JSON.stringify([item.prompt.map((message) => [message.role, message.content]), item.responses, winner]));
