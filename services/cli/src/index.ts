export { wholeCommand } from './program.ts';
