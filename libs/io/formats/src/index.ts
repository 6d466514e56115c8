export { readRecords } from './records.ts';
export { zstdCodec, zstdCodecSync } from './zstd-codec.ts';

export type { RecordFile } from './record-file.ts';
export type { RecordOptions } from './records.ts';
