import { podPaths } from '@proofmill/contract';

/** Where engines and what fetches their weights have them. */
export const modelsMount = { name: 'models', mountPath: podPaths.models };

/** Of the container that fetches them, ahead of the engine or in a pod of its own. */
export const fetchContainerName = 'fetch';
