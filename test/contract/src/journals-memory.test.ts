import { memoryJournals } from '@proofmill/test-kit';
import { journalsSuite } from './journals-suite.ts';

journalsSuite('memoryJournals', async () => {
  const journals = memoryJournals();
  return { open: () => journals, breakSync: () => journals.breakSync(), close: async () => undefined };
});
