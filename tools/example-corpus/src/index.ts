export { exampleCorpus } from './corpus.ts';
