export type { Crc32, Frame, FrameKind, FrameReader } from './frames.ts';
export { driveInHead, encodeFrame, frameContent, frameReader, kindOf, refusalIn, spentIn } from './frames.ts';
export type { Joined } from './join.ts';
export { joinOutcome, judgeOf, poisonOutcome, refusedOutcome } from './join.ts';
export { outcomeOfSame } from './same.ts';
export type { Entered, Holding, Place, ShardLedger } from './shard-ledger.ts';
export { shardLedger } from './shard-ledger.ts';
