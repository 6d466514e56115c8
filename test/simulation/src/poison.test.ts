import { bounds } from '@proofmill/contract';
import { expect, it } from 'vitest';
import { runCourse } from './history.ts';

/** Its example has an item that kills every engine, and another one behind it in the same chunk. */
const withPoison = 9;

it.each([1, 2])(
  'an item that kills engines is found out, however long they take to restart, with %i workers',
  async (workers) => {
    // With one slot the engine has one item of a task, and the others wait until the engine is given up.
    const setting = { workers, slots: 1, engineDownMs: 500, engineRestartMs: 1000 };
    const { wrong, notes } = await runCourse(withPoison, setting, {});
    expect(wrong).toEqual([]);
    const deaths = notes.filter((note) => note.includes('dies: of poison'));
    // Idle workers may take it over once, and both deaths of that drive are one piece of evidence.
    expect(deaths.length, notes.join('\n')).toBeLessThanOrEqual(bounds.suspicions + workers - 1);
  },
);
