/**
 * The folder of an output on a disk whose machine loses power. The calls are real; what a crash leaves is rebuilt from a record of
 * them (crash-states.ts), in the worst states that POSIX allows. No test can cut the power of the machine that it runs on.
 */
import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Crashed, crashThrough } from './crashes.ts';
import { sequences } from './sequences.ts';

const sources = fileURLToPath(new URL('../../../../libs/io/blob/src', import.meta.url));

describe('when the machine loses power', { timeout: 120_000 }, () => {
  const played = new Map<string, Crashed>();
  beforeAll(async () => {
    for (const sequence of sequences) played.set(sequence.name, await crashThrough(sequence));
  }, 120_000);

  it.each(sequences.map(({ name }) => name))('nothing acknowledged is lost, and nothing is torn: %s', (name) => {
    expect(played.get(name)?.loss).toBeNull();
    expect(played.get(name)?.states).toBeGreaterThan(5);
  });

  it('the sequences make every sync that the sources have', () => {
    const reached = new Set([...played.values()].flatMap(({ sites }) => sites));
    expect([...reached].sort()).toHaveLength(syncsInSources());
  });

  it('without any one of the syncs, something acknowledged is lost or something is torn', async () => {
    const needless: string[] = [];
    const reached = new Set([...played.values()].flatMap(({ sites }) => sites));
    for (const site of reached) {
      const using = sequences.filter(({ name }) => played.get(name)?.sites.includes(site));
      if (!(await losesSomething(using, site))) needless.push(site);
    }
    expect(needless).toEqual([]);
  });
});

async function losesSomething(using: typeof sequences, site: string): Promise<boolean> {
  for (const sequence of using) if ((await crashThrough(sequence, site)).loss !== null) return true;
  return false;
}

/** The lines that sync a file or a folder, but for the function that others sync a folder with. */
function syncsInSources(): number {
  return globSync(`${sources}/directory/*.ts`, { exclude: ['**/*.test.ts'] })
    .map((file) => readFileSync(file, 'utf8').replace(/^export async function syncFolder[\s\S]*?^}/m, ''))
    .flatMap((text) => text.match(/\.(?:data)?sync\(\)|(?<!function )\bsyncFolder\(/g) ?? []).length;
}
