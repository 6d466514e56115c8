/** Sizes that all parts agree on. */
export const bounds = {
  /** One outcome, with its texts, on the wire and in a journal. Longer texts are cut, and the row says so. */
  outcomeBytes: 512 * 1024,
  /** A batch of outcomes is published when it has reached this size .. */
  batchBytes: 256 * 1024,
  /** .. or this age. */
  batchAgeMs: 200,
  /** One record of the corpus. Larger: a failed outcome of planning. */
  recordBytes: 8 * 1024 * 1024,
  /** One chunk's compressed frame; a record whose frame alone is larger fails as `too-large`. */
  frameBytes: 512 * 1024,
  /** What a frame may expand to. */
  frameContentBytes: 64 * 1024 * 1024,
  /** Pieces of evidence that fail an item as `poison`. */
  suspicions: 3,
} as const;
