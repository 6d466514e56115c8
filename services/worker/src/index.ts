export { workerCommand } from './command.ts';
export { openEngine, parseAccess, readAccess } from './engine-access.ts';
