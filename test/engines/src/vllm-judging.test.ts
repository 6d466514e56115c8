/**
 * Every way to judge, on a real engine with small weights. The verdicts mean nothing; what counts is that the engine accepts each
 * request and that each answer is read.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { answerFormSuite } from './answer-forms.ts';
import { labelSuite } from './judging-labels.ts';
import { proofSuite } from './judging-proofs.ts';
import { bringVllm, type RunningVllm, startEngine } from './vllm-server.ts';

const { install, skip } = await bringVllm();
/** Enough for a start, the turn of another file ahead of it, and a slow machine. */
const startTimeoutMs = 900_000;
const maxModelLen = 2048;

describe.skipIf(install === null)(`judging with real vLLM${skip && `: ${skip}`}`, { timeout: 180_000 }, () => {
  let running: RunningVllm;
  beforeAll(async () => {
    // In float32, so that votes repeat whatever the prefix cache holds, and likelihoods match other software.
    if (install)
      running = await startEngine(install, { model: 'smol', maxModelLen, extraArgs: ['--dtype', 'float32'] });
  }, startTimeoutMs);
  afterAll(() => running?.[Symbol.asyncDispose](), 60_000);

  labelSuite(() => running, maxModelLen);
  answerFormSuite(() => running);
  if (install) proofSuite(() => running, install);

  test('the engine reports the installed version', async () => {
    expect(await running.engine.version(new AbortController().signal)).toBe(install?.versions.vllm);
  });
});
