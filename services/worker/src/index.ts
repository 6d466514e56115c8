export { workerCommand } from './command.ts';
export { openEngine, parseAccess, readSecrets } from './engine-access.ts';
