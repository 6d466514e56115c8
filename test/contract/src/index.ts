/** The contract suites, for authors of another adapter or another engine. */
export { engineSuite } from './engine-suite.ts';
export { scoringEngineSuite } from './scoring-engine-suite.ts';
