export { proofmillCommand } from './program.ts';
