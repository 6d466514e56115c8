/** What must be true at the end of every scenario. */
import { expect } from 'vitest';
import { type Deaths, mostAskedTwice } from './bound.ts';
import type { ExampleOptions } from './example.ts';
import type { Scene } from './scene.ts';
import { undisturbed } from './undisturbed.ts';

/** The output is complete and sound, and its rows are those of the undisturbed run, byte for byte. */
export async function expectSameRows(scene: Scene, job: ExampleOptions = {}): Promise<void> {
  expect(await scene.verify()).toEqual({ code: 0, sound: true, complete: true });
  const { rows } = await undisturbed(job);
  expect(rows.data.size).toBeGreaterThan(1);
  expect(await scene.rows()).toEqual(rows);
}

/** Asserts that no more items were asked twice than are allowed. Prints both numbers. */
export function expectAskedTwice(scene: Scene, title: string, deaths: Deaths): void {
  const { itemsTwice } = scene.engine.asked();
  const most = mostAskedTwice({ ...deaths, heldByKilled: scene.heldByKilled });
  process.stdout.write(`${title}: ${itemsTwice} items asked twice, ${most} are allowed\n`);
  expect(itemsTwice).toBeLessThanOrEqual(most);
}
