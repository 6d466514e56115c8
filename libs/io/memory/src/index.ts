export type { MemoryTransport, MemoryTransportOptions } from './transport.ts';
export { memoryTransport } from './transport.ts';
