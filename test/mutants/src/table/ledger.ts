import { mutantsOf } from '../mutant.ts';

const ledgers = { file: 'libs/core/merge/src/shard-ledger.test.ts' };
const frames = { file: 'libs/core/merge/src/frames.test.ts' };
const file = 'libs/core/merge/src/shard-ledger.ts';

export const ledger = mutantsOf('ledger', [
  {
    name: 'last-epoch-wins',
    breaks: 'The outcome of the highest epoch counts, so a commit depends on when it looks.',
    file,
    from: 'a.epoch < b.epoch ||',
    to: 'a.epoch > b.epoch ||',
    suite: ledgers,
  },
  {
    name: 'poison-too-early',
    breaks: 'Two deaths of engines poison an item.',
    file,
    from: 'decisive(pieces, bounds.suspicions)',
    to: 'decisive(pieces, bounds.suspicions - 1)',
    suite: ledgers,
  },
  {
    name: 'drive-counts-twice',
    breaks: 'Three suspicions of one and the same drive poison an item.',
    file,
    from: 'if (drives.size >= enough) return piece;',
    to: 'if (pieces.indexOf(piece) + 1 >= enough) return piece;',
    suite: ledgers,
  },
  {
    name: 'poison-beats-outcome',
    breaks: 'An item with an outcome fails by suspicions that came later.',
    file,
    from: 'return poison && isEarlier(poison, place) ?',
    to: 'return poison ?',
    suite: ledgers,
  },
  {
    name: 'refused-for-good',
    breaks: 'An outcome that comes in time is not taken once the item was refused.',
    file,
    from: "return state !== 'missing' && state !== 'refused';",
    to: "return state !== 'missing';",
    suite: ledgers,
  },
  {
    name: 'counted-twice',
    breaks: 'An item whose outcome comes twice counts twice, and the shard seems complete.',
    file,
    from: "if (wasMissing && this.holding(index).state !== 'missing') this.#remaining -= 1;",
    to: "if (this.holding(index).state !== 'missing') this.#remaining -= 1;",
    suite: ledgers,
  },
  {
    name: 'frame-sum-ignored',
    breaks: 'A frame with a flipped bit is read.',
    file: 'libs/core/merge/src/frames.ts',
    from: ' || view.getUint32(at + 4, true) !== this.#crc32(buffer.subarray(at + prefixBytes, end))',
    to: '',
    suite: frames,
  },
  {
    name: 'reads-beyond-damage',
    breaks: 'A journal is read beyond a bad frame, where candidate text may hold a forged one.',
    file: 'libs/core/merge/src/frames.ts',
    from: 'if (this.#broken) return [];',
    to: '',
    suite: frames,
  },
]);
