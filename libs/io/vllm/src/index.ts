/** The judge behind an OpenAI-compatible server. */

export type { VllmEngine, VllmOptions } from './engine.ts';
export { vllmEngine } from './engine.ts';
export type { Timeouts } from './http-exchange.ts';
