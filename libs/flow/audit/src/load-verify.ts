import type { Verdict, VerifyOptions } from './verify.ts';

/** Checks an output folder, as verify.ts does, which is loaded only now: `status` needs nothing of it. */
export const verify = async (options: VerifyOptions): Promise<Verdict> => (await import('./verify.ts')).verify(options);
