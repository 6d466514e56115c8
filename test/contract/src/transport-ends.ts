/** How workers learn that their run has ended, and from whom they believe it. */
import { type Dispatch, doneSigner, type TaskSource } from '@proofmill/contract';
import { expect, test } from 'vitest';
import { never, nextTask, pull } from './transport-pulls.ts';

/** Signs for the runs of these tests. */
export const coordinator = doneSigner('the secret of a coordinator in tests');
const stranger = doneSigner('a secret that somebody else has made up');

interface Bed {
  readonly transport: { worker(): TaskSource; forgeDone(): Promise<void> };
  readonly dispatch: Dispatch;
  readonly worker: TaskSource;
  publish(shard: number, chunk: number): Promise<unknown>;
}

export function endOfRunTests(make: () => Promise<Bed>): void {
  test('done reaches an idle worker and a late one', async () => {
    const { transport, dispatch, worker } = await make();
    const pulling = worker.pull(4, never);
    await dispatch.announceDone(coordinator);
    await expect
      .poll(() => pulling.then((answer) => (answer === 'done' ? answer : worker.pull(4, never))))
      .toBe('done');
    expect(await transport.worker().pull(1, never)).toBe('done');
    await dispatch.announceDone(coordinator);
    expect(await transport.worker().pull(1, never)).toBe('done');
  });

  test('a done that the coordinator has not signed ends nobody, and its own done reaches everybody after it', async () => {
    const { transport, dispatch, worker, publish } = await make();
    await transport.forgeDone();
    await publish(0, 0);
    await (await nextTask(worker)).acknowledge();
    await dispatch.announceDone(stranger);
    expect(await pull(worker, 1)).toEqual([]);
    expect(await pull(transport.worker(), 1)).toEqual([]);
    await dispatch.announceDone(coordinator);
    expect(await transport.worker().pull(1, never)).toBe('done');
    await expect.poll(() => worker.pull(1, never), { timeout: 15_000 }).toBe('done');
  });

  test('a copy of a done that was revoked ends nobody', async () => {
    const { transport, dispatch, publish } = await make();
    await dispatch.announceDone(coordinator);
    expect(await transport.worker().pull(1, never)).toBe('done');
    await dispatch.open();
    await transport.forgeDone();
    expect(await pull(transport.worker(), 1)).toEqual([]);
    await publish(0, 0);
    await (await nextTask(transport.worker())).acknowledge();
    await dispatch.announceDone(coordinator);
    expect(await transport.worker().pull(1, never)).toBe('done');
  });

  test('done does not count as a task', async () => {
    const { dispatch } = await make();
    await dispatch.announceDone(coordinator);
    expect(await dispatch.queued(0)).toEqual(new Set());
  });
}
