export type { MemoryJournals } from './journals.ts';
export { memoryJournals } from './journals.ts';
export { memoryStore } from './store.ts';
export type { MemoryTransport, MemoryTransportOptions } from './transport.ts';
export { memoryTransport } from './transport.ts';
