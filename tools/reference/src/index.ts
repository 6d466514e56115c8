export { referenceFiles } from './files.ts';
