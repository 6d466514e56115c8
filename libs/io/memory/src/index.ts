export type { Change, MemoryCopy } from './damage.ts';
export type { Content, StreamKind } from './streams.ts';
export type { MemoryTransport, MemoryTransportOptions } from './transport.ts';
export { memoryTransport } from './transport.ts';
