import { memoryStore } from '@proofmill/test-kit';
import { storeSuite } from './store-suite.ts';

storeSuite('memoryStore', async () => {
  const objects = new Map<string, Uint8Array>();
  return { open: () => memoryStore(objects), close: async () => undefined };
});
