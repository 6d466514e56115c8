import {
  type Job,
  jobSchema,
  type Manifest,
  outputManifestSchema,
  outputPaths,
  type StageFile,
  type Store,
  sealedText,
  sha256,
  stagePaths,
} from '@proofmill/contract';
import { datasetCard, emptyTotals, healthPicture } from '@proofmill/stats';
import { plainCodec, proverProfile } from '@proofmill/test-kit';
import { describe, expect, it } from 'vitest';
import { finish } from './finish.ts';

const sampling = { temperature: 1, topP: 1, maxTokens: 10 };
const profile = proverProfile({ name: 'prover', sampling });
const stage: StageFile = {
  v: 1,
  run: 'job-prove-0123abcd',
  stageDigest: '',
  partitions: 1,
  definition: {
    kind: 'prove',
    name: 'prove',
    profile,
    engine: { model: 'm', revision: null },
    sampling: { ...sampling, seed: 0 },
    candidates: 1,
    attempts: 1,
    select: 'first',
    selector: null,
  },
};
const job: Job = jobSchema.parse({
  apiVersion: 'proofmill.dev/v1alpha1',
  kind: 'ScoringJob',
  metadata: { name: 'job' },
  spec: {
    corpus: { uris: ['a.jsonl'] },
    pipeline: [{ stage: 'prove', judge: 'prover', engine: { model: 'm' } }],
    output: { uri: 'out' },
  },
});

/** The folder of a stage with two committed shards of one row each, a tie and a label. */
function committed(): Map<string, Uint8Array> {
  const paths = stagePaths('prove');
  const objects = new Map<string, Uint8Array>();
  const put = (path: string, content: object) => objects.set(path, Buffer.from(sealedText(content)));
  put(paths.end, { v: 1, run: stage.run, shards: 2, records: 2, decided: 0 });
  for (const shard of [0, 1]) {
    const file = (kind: 'rows' | 'failures', content: string, count: number) => {
      const path = paths.staged(kind, shard, 1, 'a'.repeat(64));
      if (count > 0) objects.set(path, Buffer.from(content));
      return { path, bytes: content.length, sha256: sha256(content), count };
    };
    const totals = { ...emptyTotals(), records: 1, labelled: 1, tied: shard };
    totals.health.bySource[`${shard}.jsonl`] = { compared: 0, agreed: 0, labelled: 1, tied: shard };
    const manifest: Manifest = {
      v: 1,
      run: stage.run,
      shard,
      entrySha256: '',
      epoch: 1,
      cut: [],
      rows: file('rows', `row ${shard}\n`, 1),
      failures: file('failures', '', 0),
      totals,
    };
    put(paths.manifest(shard), manifest);
  }
  return objects;
}

/** As much of a store as finishing needs. */
const storeOf = (objects: Map<string, Uint8Array>): Store => ({
  read: async (path) => objects.get(path) ?? null,
  async *stream(path) {
    yield objects.get(path) ?? new Uint8Array();
  },
  async write(path, content) {
    const pieces: Uint8Array[] = [];
    for await (const piece of content) pieces.push(piece);
    const bytes = Buffer.concat(pieces);
    const digest = sha256(bytes);
    const name = typeof path === 'string' ? path : path(digest);
    const created = !objects.has(name);
    if (created) objects.set(name, bytes);
    return { path: name, created, bytes: bytes.length, sha256: digest };
  },
  async promote(from, to) {
    objects.set(to, objects.get(from) ?? new Uint8Array());
  },
  list: async (prefix) => [...objects.keys()].filter((path) => path.startsWith(prefix)).sort(),
  async remove(path) {
    objects.delete(path);
  },
});

describe('a finished job', () => {
  it('has card and pictures that are functions of its totals', async () => {
    const objects = committed();
    const output = await finish({ job, codec: plainCodec, store: storeOf(objects), stages: [stage] });
    const textOf = (path: string) => Buffer.from(objects.get(path) ?? '').toString();
    expect(output.totals).toMatchObject({ records: 2, tied: 1, health: { bySource: { '1.jsonl': { tied: 1 } } } });
    expect(outputManifestSchema.parse(JSON.parse(textOf(outputPaths.manifest)))).toEqual(output);
    expect(textOf(outputPaths.card)).toBe(datasetCard(output, [stage]));
    for (const theme of ['light', 'dark'] as const)
      expect(textOf(outputPaths.healthPicture[theme])).toBe(healthPicture(output.totals, theme));
  });

  it('is refused, without _SUCCESS and with nothing damaged in data/, where a committed file is not what its manifest says', async () => {
    const objects = committed();
    const [staged = ''] = [...objects.keys()].filter((path) => path.includes('/staging/00001.rows'));
    const sound = objects.get(staged) ?? new Uint8Array();
    objects.set(staged, Buffer.from('row 9\n'));
    await expect(finish({ job, codec: plainCodec, store: storeOf(objects), stages: [stage] })).rejects.toThrow(
      `${staged} is damaged: its sha256 is not what its manifest says. Remove it, the manifest`,
    );
    expect(objects.has(outputPaths.success)).toBe(false);
    expect(objects.has(outputPaths.data(1, 2, 'jsonl'))).toBe(false);
    objects.set(staged, sound);
    await finish({ job, codec: plainCodec, store: storeOf(objects), stages: [stage] });
    expect(objects.has(outputPaths.success)).toBe(true);
  });

  it('has nothing but rows in data/', async () => {
    const objects = committed();
    await finish({ job, codec: plainCodec, store: storeOf(objects), stages: [stage] });
    const paths = [...objects.keys()].filter((path) => !path.startsWith('.proofmill/')).sort();
    expect(paths).toEqual([
      'README.md',
      '_MANIFEST.json',
      '_SUCCESS',
      outputPaths.data(0, 2, 'jsonl'),
      outputPaths.data(1, 2, 'jsonl'),
      'label-health-dark.svg',
      'label-health.svg',
    ]);
  });

  it('may be finished again: a card or picture that somebody changed stays as it is', async () => {
    const objects = committed();
    const store = storeOf(objects);
    await finish({ job, codec: plainCodec, store, stages: [stage] });
    const before = new Map(objects);
    const own = Buffer.from('my own');
    objects.set(outputPaths.card, own).set(outputPaths.healthPicture.dark, own);
    await finish({ job, codec: plainCodec, store, stages: [stage] });
    expect(objects).toEqual(new Map([...before, [outputPaths.card, own], [outputPaths.healthPicture.dark, own]]));
  });
});
