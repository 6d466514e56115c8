export { directoryInputs } from './directory/inputs.ts';
export { directoryJournals } from './directory/journals.ts';
export { directoryStore } from './directory/store.ts';
export { openInputs, openJournals, openListedFolder, openStore } from './open.ts';
export { s3Journals } from './s3/journals.ts';
export { s3Store } from './s3/store.ts';

export type { Inputs } from './inputs.ts';
