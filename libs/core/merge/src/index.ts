export type { Crc32, Frame, FrameReader } from './frames.ts';
export { encodeFrame, frameContent, frameReader, spentIn } from './frames.ts';
export type { Joined } from './join.ts';
export { joinOutcome, judgeOf, poisonOutcome } from './join.ts';
export { outcomeOfSame } from './same.ts';
export type { Holding, Place, ShardLedger } from './shard-ledger.ts';
export { shardLedger } from './shard-ledger.ts';
