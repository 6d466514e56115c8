/** A real vLLM on the processor, with a small real model: set-up and start. */
export { writeVllmImage } from './image.ts';
export type { VllmInstall } from './install/setup.ts';
export { setUpVllm } from './install/setup.ts';
export { dataType } from './server/data-type.ts';
export type { StartVllmOptions } from './server/invocation.ts';
export { servedModels } from './server/invocation.ts';
export type { VllmServer } from './server/serve.ts';
export { startVllm } from './server/serve.ts';
export { setUpTrainer } from './trainer/setup.ts';
