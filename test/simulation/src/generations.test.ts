import { verify } from '@proofmill/audit';
import {
  type Generation,
  generationFile,
  generationFolder,
  type Job,
  outputPaths,
  type Store,
  sealedText,
  sha256,
  unseal,
} from '@proofmill/contract';
import { openGeneration } from '@proofmill/coordinate';
import { memoryStore, plainCodec } from '@proofmill/test-kit';
import { beforeAll, describe, expect, it } from 'vitest';
import { runRetriedHistory } from './history.ts';

const historyCount = Math.min(500, Number(process.env.PROOFMILL_HISTORIES ?? 40));
const firstSeed = Number(process.env.PROOFMILL_SEED ?? 1);

it(`${historyCount} histories from seed ${firstSeed} that are extended or whose failures are asked about again, with deaths, give the rows of undisturbed ones`, {
  timeout: 4 * 60 * 60_000,
}, async () => {
  let generations = 0;
  let deaths = 0;
  for (let seed = firstSeed; seed < firstSeed + historyCount; seed += 1) {
    const result = await runRetriedHistory(seed);
    if (result.wrong.length > 0) {
      expect.fail(
        `seed ${seed} (PROOFMILL_SEED=${seed} PROOFMILL_HISTORIES=1):\n${[...result.wrong, ...result.notes].join('\n')}`,
      );
    }
    generations += [...result.objects.keys()].filter((path) => /^generations\/\d+\/_SUCCESS$/.test(path)).length;
    deaths += result.deaths.filter((death) => death.startsWith('generation-')).length;
  }
  if (historyCount >= 50) {
    expect(generations).toBeGreaterThan(historyCount / 2);
    expect(deaths).toBeGreaterThan(0);
  }
});

/** What `verify --deep` finds after a change of the objects of an output. */
async function foundAfter(
  objects: ReadonlyMap<string, Uint8Array>,
  change: (changed: Map<string, Uint8Array>) => void,
): Promise<string[]> {
  const changed = new Map(objects);
  change(changed);
  const { findings } = await verify({ store: memoryStore(changed), codec: plainCodec, deep: true });
  return findings.map(({ path, sentence }) => `${path}: ${sentence}`);
}

describe('the next retry', () => {
  /** An output with one generation whose end is missing: all of it is committed, as after a death ahead of its last steps. */
  async function withoutEnd(): Promise<{ store: Store; job: Job }> {
    for (let seed = 1; ; seed += 1) {
      const { objects, job } = await runRetriedHistory(2 * seed - 1);
      const files = (number: number): string[] =>
        [...objects.keys()].filter((path) => path.includes(generationFolder(number)));
      const isLabelled = [...objects.keys()].some((path) => /^data\/.*\.generation-1\./.test(path));
      if (!isLabelled) continue;
      const left = new Map(objects);
      for (const path of files(2)) left.delete(path);
      for (const path of [outputPaths.success, outputPaths.manifest]) left.delete(`${generationFolder(1)}/${path}`);
      return { store: memoryStore(left), job };
    }
  }

  const opening = { codec: plainCodec, classes: null, definitions: null, maxTokens: null };

  it('is that of a generation of which only the end is missing', async () => {
    const { store, job } = await withoutEnd();
    const opened = await openGeneration({ ...opening, job, store });
    expect(opened).toMatchObject({ isResumed: true, generation: { number: 1 } });
  });

  it('is a new one where the output is not complete, and the last one has left it beyond a limit of its job', async () => {
    const { store, job } = await withoutEnd();
    await store.remove(outputPaths.success);
    const limited = { ...job, spec: { ...job.spec, limits: { ...job.spec.limits, maxFailedShare: 0 } } };
    expect(await openGeneration({ ...opening, job, store })).toMatchObject({ generation: { number: 1 } });
    const next = await openGeneration({ ...opening, job: limited, store });
    expect(next === null || next.generation.number === 2).toBe(true);
  });
});

describe('verify, of an output with generations,', () => {
  const inGeneration = (path: string): string => `${generationFolder(1)}/${path}`;
  const json = (objects: ReadonlyMap<string, Uint8Array>, path: string): unknown => {
    const unsealed = unseal(objects.get(path) ?? new Uint8Array());
    return unsealed.state === 'sound' ? unsealed.value : null;
  };
  let objects: ReadonlyMap<string, Uint8Array>;
  let promoted = '';

  beforeAll(async () => {
    for (let seed = 1; promoted === ''; seed += 1) {
      objects = (await runRetriedHistory(2 * seed - 1)).objects;
      promoted = [...objects.keys()].find((path) => /^data\/.*\.generation-1\./.test(path)) ?? '';
    }
  }, 60_000);

  it('finds nothing in a sound one', async () => {
    expect(await foundAfter(objects, () => undefined)).toEqual([]);
  });

  it('finds a promoted file that is missing, changed, or of no generation', async () => {
    expect(await foundAfter(objects, (changed) => void changed.delete(promoted))).toEqual([
      expect.stringContaining(`${promoted}: it is missing`),
    ]);
    const longer = Buffer.concat([objects.get(promoted) ?? new Uint8Array(), Buffer.from('{}\n')]);
    expect(await foundAfter(objects, (changed) => void changed.set(promoted, longer))).toEqual([
      expect.stringContaining(`${promoted}: it is damaged: it has`),
    ]);
    const foreign = promoted.replace('generation-1', 'generation-9');
    expect(await foundAfter(objects, (changed) => void changed.set(foreign, longer))).toEqual([
      expect.stringContaining(`${foreign}: no manifest`),
    ]);
  });

  it('finds a secret that is that of another output', async () => {
    const { signingSecret } = outputPaths;
    const other = Buffer.from('the secret of another output, also long\n');
    expect(objects.has(signingSecret)).toBe(true);
    expect(await foundAfter(objects, (changed) => void changed.set(signingSecret, other))).toEqual([
      expect.stringContaining(`${signingSecret}: it is not the secret of the key in stage.json`),
    ]);
  });

  it('finds a generation that asked about other records than it says', async () => {
    const path = inGeneration(generationFile);
    const generation = { ...(json(objects, path) as Generation), classes: ['timeout'] };
    const found = await foundAfter(objects, (changed) => void changed.set(path, Buffer.from(sealedText(generation))));
    expect(found.join('\n')).toMatch(/generations\/1\/.*plan.*(is not|is) to be asked about/);
  });

  it('finds totals that are not those of the rows and failures, also under a matching _SUCCESS', async () => {
    const path = inGeneration(outputPaths.manifest);
    const manifest = json(objects, path) as { totals: { failed: number } };
    manifest.totals.failed += 1;
    const bytes = Buffer.from(sealedText(manifest));
    const found = await foundAfter(objects, (changed) => {
      changed.set(path, bytes);
      const success = { v: 1, manifestSha256: sha256(bytes) };
      changed.set(inGeneration(outputPaths.success), Buffer.from(sealedText(success)));
    });
    expect(found.join('\n')).toMatch(/totals\.failed: \d+ -> \d+[\s\S]*records, of which/);
  });
});
