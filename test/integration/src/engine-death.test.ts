import { natsSkipReason } from '@proofmill/nats-server';
import { describe, expect, test } from 'vitest';
import { example } from './example.ts';
import { expectSameRows } from './expectations.ts';
import { openScene } from './scene.ts';
import { undisturbed } from './undisturbed.ts';

const skipReason = await natsSkipReason();
const timeout = 240_000;

describe.skipIf(skipReason).concurrent(`engines that die${skipReason && `: skipped. ${skipReason}`}`, () => {
  test('a killed engine that comes back costs its requests in flight, and no item is blamed', {
    timeout,
  }, async ({ onTestFailed, task }) => {
    await using scene = await openScene({ title: task.name, onTestFailed, engine: { timeScale: 0.01 } });
    scene.begin();
    const shares = [0.25, 0.6];
    for (const share of shares) {
      await scene.reached(share);
      scene.engine.role.kill('SIGKILL');
    }
    await scene.done();
    await expectSameRows(scene);
    // Each item in the engine takes at least one slot.
    const most = shares.length * example.slots;
    const { itemsTwice } = scene.engine.asked();
    process.stdout.write(`${task.name}: ${itemsTwice} items asked twice, ${most} are allowed\n`);
    expect(itemsTwice).toBeLessThanOrEqual(most);
    expect(scene.engine.role.lives.map(({ signal }) => signal)).toEqual(shares.map(() => 'SIGKILL'));
  });

  test('an item that kills every engine that reads it fails as poison, and no other item does', {
    timeout,
  }, async ({ onTestFailed, task }) => {
    const job = { edit: withDeath };
    const title = task.name;
    await using scene = await openScene({ title, onTestFailed, job, engine: { timeScale: 0.003, faults: true } });
    scene.begin();
    await scene.done();
    expect(await scene.verify()).toEqual({ code: 0, sound: true, complete: true });
    const rows = await scene.rows();
    const expected = (await undisturbed(job)).rows;
    const poisoned = linesOf(rows.failed).filter(({ class: name }) => name === 'poison');
    expect(poisoned.map(({ source }) => source.line)).toEqual([deadlyLine]);
    // As with vLLM, whose server exits with 0 when its engine dies.
    expect(scene.engine.role.lives.map(({ code }) => code)).toEqual([0, 0, 0]);
    const isHarmless = ({ source }: Line): boolean => source.line !== deadlyLine;
    expect(linesOf(rows.data)).toEqual(linesOf(expected.data).filter(isHarmless));
    expect(linesOf(rows.failed).filter(isHarmless)).toEqual(linesOf(expected.failed));
  });
});

/** Counted from 1. The line holds a readable record. */
const deadlyLine = 70;

/** Marks one question so that a simulator with --faults dies when it reads it. */
const withDeath = (lines: string[]): string[] =>
  lines.map((line, index) => {
    if (index !== deadlyLine - 1) return line;
    const record = JSON.parse(line) as { question: string };
    return JSON.stringify({ ...record, question: `${record.question} SIMULATE:death` });
  });

interface Line {
  readonly source: { readonly line: number };
  readonly class?: string;
}

const linesOf = (files: ReadonlyMap<string, string>): Line[] =>
  [...files.values()].flatMap((text) =>
    text
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Line),
  );
