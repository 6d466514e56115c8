/** Real vLLM on a processor, with a small real model: set-up and start. */
export { VllmError } from './errors.ts';
export { writeVllmImage } from './image.ts';
export type { StartVllmOptions } from './invocation.ts';
export { servedModels } from './invocation.ts';
export type { VllmServer } from './serve.ts';
export { startVllm } from './serve.ts';
export type { VllmInstall } from './setup.ts';
export { setUpVllm } from './setup.ts';
