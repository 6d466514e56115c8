import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Hold, holderOf, holdPlace } from './hold-place.ts';

const fixture = new URL('./hold-place.fixture.ts', import.meta.url).pathname;

const newPlace = (): Promise<string> => mkdtemp(join(tmpdir(), 'proofmill-place-'));

describe('the hold of a place', () => {
  it('excludes every other process, which learns who has it, and ends with a kill -9', async () => {
    const place = await newPlace();
    const other = spawn(process.execPath, [fixture, place], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [line] = (await once(other.stdout, 'data')) as [Buffer];
    const { holder } = JSON.parse(line.toString()) as Hold;
    expect(holder.pid).toBe(other.pid);
    expect(await holdPlace(place)).toEqual({ taken: holder });
    expect(await holderOf(place)).toEqual(holder);

    other.kill('SIGKILL');
    await once(other, 'exit');
    const held = await holdPlace(place);
    expect(held).toMatchObject({ holder: { pid: process.pid } });
    await (held as Hold)[Symbol.asyncDispose]();
    expect(await holderOf(place)).toBeNull();
  });

  it('is of one place', async () => {
    await using first = (await holdPlace(await newPlace())) as Hold;
    await using second = (await holdPlace(await newPlace())) as Hold;
    expect([first.holder.pid, second.holder.pid]).toEqual([process.pid, process.pid]);
  });
});
