export { collectorCommand } from './command.ts';
