export type { Inputs } from './directory-inputs.ts';
export { directoryInputs } from './directory-inputs.ts';
export { directoryJournals } from './directory-journals.ts';
export { directoryStore } from './directory-store.ts';
