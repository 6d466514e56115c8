export { readRecords } from './records.ts';
export { zstdCodec, zstdCodecSync } from './zstd-codec.ts';
