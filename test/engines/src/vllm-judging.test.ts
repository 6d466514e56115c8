/**
 * Every way to judge, against a real engine with small weights. What it judges means nothing; that each request is taken and each
 * answer read does.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { answerFormSuite } from './answer-forms.ts';
import { labelSuite } from './judging-labels.ts';
import { proofSuite } from './judging-proofs.ts';
import { bringVllm, type RunningVllm, startEngine } from './vllm-server.ts';

const { install, skip } = await bringVllm();
/** A start, another file's turn before it, and a slow machine. */
const startTimeoutMs = 900_000;
const maxModelLen = 2048;

describe.skipIf(install === null)(`judging with real vLLM${skip && `: ${skip}`}`, { timeout: 180_000 }, () => {
  let running: RunningVllm;
  beforeAll(async () => {
    // In float32, so that votes come again whatever the prefix cache holds, and likelihoods are those of other software.
    if (install)
      running = await startEngine(install, { model: 'smol', maxModelLen, extraArgs: ['--dtype', 'float32'] });
  }, startTimeoutMs);
  afterAll(() => running?.[Symbol.asyncDispose](), 60_000);

  labelSuite(() => running, maxModelLen);
  answerFormSuite(() => running);
  if (install) proofSuite(() => running, install);

  test('the engine says the version that is installed', async () => {
    expect(await running.engine.version(new AbortController().signal)).toBe(install?.versions.vllm);
  });
});
