export type { Crc32, Frame, FrameKind, FrameReader, Spent } from './frames.ts';
export {
  driveInHead,
  encodeFrame,
  frameContent,
  frameReader,
  kindOf,
  nothingSpent,
  refusalIn,
  spentIn,
} from './frames.ts';
export type { Joined } from './join.ts';
export { joinOutcome, judgeOf, poisonOutcome, refusedOutcome } from './join.ts';
export { encodeKnown, knownFrames } from './known-frames.ts';
export { outcomeOfSame } from './same.ts';
export type { Entered, Holding, Place, PlacedFrame, ShardLedger } from './shard-ledger.ts';
export { shardLedger } from './shard-ledger.ts';
