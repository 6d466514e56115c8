import { ConfigurationError, doneSigner, outputPaths, type StageFile, type Store } from '@proofmill/contract';
import { labelStage, memoryStore } from '@proofmill/test-kit';
import { expect, it } from 'vitest';
import { checkSecret } from './check-secret.ts';
import { type Finding, findings } from './findings.ts';

const secret = 'the secret of this output, which is long';
const stage = { ...labelStage(), doneKey: doneSigner(secret).publicKey };

/** What is found in an output whose secret is this text. */
async function foundWith(text: string | null, stages: readonly StageFile[] = [stage]): Promise<readonly Finding[]> {
  const objects = text === null ? [] : [[outputPaths.signingSecret, new TextEncoder().encode(text)] as const];
  const found = findings();
  await checkSecret(memoryStore(new Map(objects)), stages, found);
  return found.list;
}

it('the secret that a stage was begun with is sound', async () => {
  expect(await foundWith(`${secret}\n`)).toEqual([]);
});

it.each(['the secret of another output, also long\n', secret.slice(0, 20), ''])(
  'another secret, or what is left of one (%j), is named, with what it means and what to do',
  async (text) => {
    const [finding, ...others] = await foundWith(text);
    expect(others).toEqual([]);
    expect(finding?.path).toBe(outputPaths.signingSecret);
    expect(finding?.sentence).toMatch(/doneKey of label\): .* cannot announce the end .* Put it back from a copy/);
  },
);

it('an output without a secret is sound: it may be in the environment, or cleaned', async () => {
  expect(await foundWith(null)).toEqual([]);
});

it('a stage of an earlier version names no key, and no secret can be wrong for it', async () => {
  expect(await foundWith('any secret, as long as it is long enough', [labelStage()])).toEqual([]);
});

it('a secret that only coordinators may read is no fault of the output', async () => {
  const store: Store = {
    ...memoryStore(),
    read: () => Promise.reject(new ConfigurationError('Permission denied')),
  };
  const found = findings();
  await checkSecret(store, [stage], found);
  expect(found.list).toEqual([]);
});
