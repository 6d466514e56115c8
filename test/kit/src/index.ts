export { chanceOf, seedNote, testSeed } from './chance.ts';
export type { MemoryJournals } from './memory-journals.ts';
export { memoryJournals } from './memory-journals.ts';
export { memoryStore } from './memory-store.ts';
export { failedOutcome, labelStage, planEntry, plannedDigest } from './planned.ts';
export { judgeProfile, proverProfile } from './profiles.ts';
export type { Certificate } from './self-signed.ts';
export { selfSigned } from './self-signed.ts';
