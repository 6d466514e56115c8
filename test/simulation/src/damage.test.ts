/**
 * What is read is checked. Every kind of object of an output folder, damaged in every way: `verify` names it; a run of the job
 * ends with the right rows or with a sentence that names it; and what the sentence says repairs it.
 */
import { verify } from '@proofmill/audit';
import { type MemoryJournals, memoryJournals, memoryStore, plainCodec } from '@proofmill/test-kit';
import { beforeAll, describe, expect, it } from 'vitest';
import { damagedBytes, flipped, isVouchedFor, kindOf, kinds, removedInRepair, ways } from './damage.ts';
import { type HistoryResult, runCourse, runDamagedHistory } from './history.ts';
import { noFaults } from './life.ts';
import type { Folder } from './scene.ts';
import type { Setting } from './setting.ts';
import { worldOf } from './world.ts';

const seed = Number(process.env.PROOFMILL_SEED ?? 1);
const historyCount = Math.min(20_000, Number(process.env.PROOFMILL_HISTORIES ?? 100));
/** Two stages, two partitions, duplicates and unreadable records. */
const variant = 3;

async function findingsOf(objects: ReadonlyMap<string, Uint8Array>, deep: boolean): Promise<string[]> {
  const { findings } = await verify({ store: memoryStore(new Map(objects)), codec: plainCodec, deep });
  return findings.map(({ path, sentence }) => `${path}: ${sentence}`);
}

/** The last object of a kind: of a later stage or of the generation, where there is one. */
const lastOf = ({ objects }: Folder, kind: string): string | undefined =>
  [...objects.keys()]
    .filter((path) => kindOf(path) === kind && (objects.get(path)?.length ?? 0) > 1)
    .sort()
    .at(-1);

/** The kinds and ways that were tried. */
const damagedSo = new Set<string>();

const isInLastStage = (objects: Folder['objects']): boolean =>
  [...objects.keys()].some((path) => path.includes('/prove/manifests/'));

const folders: readonly [name: string, setting: Partial<Setting>, until?: (objects: Folder['objects']) => boolean][] = [
  ['in the middle of its last stage', {}, isInLastStage],
  ['that is complete and has a generation', { generations: 1, unreadable: 0.6 }],
];

describe.each(folders)(`an output %s, damaged (PROOFMILL_SEED=${seed})`, (_, setting, until) => {
  let sound: HistoryResult;
  beforeAll(async () => {
    sound = await runCourse(variant, setting, until ? { until } : {});
    expect(until ? sound.errors : sound.wrong).toEqual([]);
    expect(await findingsOf(sound.objects, true)).toEqual([]);
  });

  const cases = Object.keys(kinds).flatMap((kind) => Object.keys(ways).map((way) => [kind, way] as const));
  it.each(cases)('%s: %s', async (kind, way) => {
    const path = lastOf(sound, kind);
    const bytes = path === undefined ? null : damagedBytes(sound.objects, path, way, worldOf(seed));
    // An unfinished output has no promoted files, and the only object of a kind cannot be mistaken for another.
    if (path === undefined || bytes === null) return;
    damagedSo.add(`${kind}: ${way}`);
    const objects = new Map(sound.objects).set(path, bytes);
    for (const deep of [false, true])
      expect(
        (await findingsOf(objects, deep)).filter((finding) => names(finding, path)),
        path,
      ).not.toEqual([]);

    const resumed = await runCourse(variant, setting, { from: { ...sound, objects } });
    expect(violationsOf(resumed, { path, bytes }, await findingsOf(resumed.objects, true))).toEqual([]);

    const repaired = new Map(objects);
    for (const removed of removedInRepair(path, objects)) repaired.delete(removed);
    // Also where the coordinator is slow, and others look for what it has not made again yet.
    for (const faults of [noFaults, { ...noFaults, slow: 0.5, slowMs: 8000 }]) {
      const from = { ...sound, objects: repaired };
      const { isFinished, wrong } = await runCourse(variant, { ...setting, faults }, { from });
      expect({ isFinished, wrong }).toEqual({ isFinished: true, wrong: [] });
    }
  });
});

it('rows that a disk has changed after their commit are not planned for the next stage', async () => {
  const commits = [0, 1].map((shard) => `.proofmill/label/manifests/0000${shard}.json`);
  const begun = await runCourse(variant, {}, { until: (objects) => commits.every((path) => objects.has(path)) });
  const rows = [...begun.objects.keys()].filter((path) => path.startsWith('.proofmill/label/staging/00001.rows'));
  const [path = ''] = rows;
  const text = Buffer.from(begun.objects.get(path) ?? []).toString();
  const objects = new Map(begun.objects).set(path, Buffer.from(text.replace('second of', 'sekond of')));
  const { isFinished, errors, ...resumed } = await runCourse(variant, {}, { from: { ...begun, objects } });
  expect(isFinished).toBe(false);
  expect(errors.filter((error) => !error.includes(`${path} is damaged`))).toEqual([]);
  expect(errors).not.toEqual([]);
  expect([...resumed.objects.keys()].filter((name) => /prove\/(packs|plan)\/(00001|END)/.test(name))).toEqual([]);
});

it('every kind of object was damaged in every way, where there is another object to take its content from', () => {
  const all = Object.keys(kinds).flatMap((kind) => Object.keys(ways).map((way) => `${kind}: ${way}`));
  expect(all.filter((each) => !damagedSo.has(each))).toEqual([
    "job.json: another object's content",
    "generation.json: another object's content",
  ]);
});

async function bytesIn(journals: MemoryJournals | undefined, partition: number): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for await (const piece of journals?.read(partition, 1, 0) ?? []) pieces.push(piece);
  return Buffer.concat(pieces);
}

describe('a journal of an output whose last stage is answered and not committed', () => {
  let begun: HistoryResult;
  let [labelRun, proveRun] = ['', ''];
  beforeAll(async () => {
    const whole = await runCourse(variant, {}, {});
    const left = [...whole.objects].filter(
      ([path]) => /^\.proofmill/.test(path) && !/prove\/(manifests|staging)/.test(path),
    );
    begun = { ...whole, objects: new Map(left) };
    [labelRun, proveRun] = [...begun.journals.keys()] as [string, string];
  });
  const resumedWith = (journals: Folder['journals']): Promise<HistoryResult> =>
    runCourse(variant, {}, { from: { objects: begun.objects, journals } });

  it(`heals wherever a bit flips: what follows is asked again (PROOFMILL_SEED=${seed})`, async () => {
    const world = worldOf(seed);
    for (let attempt = 0; attempt < 20; attempt += 1) {
      const journals = new Map([...begun.journals].map(([run, held]) => [run, held.copy()]));
      for (const held of journals.values()) {
        for (const partition of [0, 1]) {
          for (const epoch of await held.epochs(partition))
            held.change(partition, epoch, (bytes) => (bytes.length < 2 ? bytes : flipped(bytes, world)));
        }
      }
      const { isFinished, wrong } = await resumedWith(journals);
      expect({ isFinished, wrong }).toEqual({ isFinished: true, wrong: [] });
    }
  });

  it('that is of another partition is no journal of this one: what it should have held is asked again', async () => {
    const journals = new Map([...begun.journals].map(([run, held]) => [run, held.copy()]));
    const held = journals.get(proveRun);
    const first = await bytesIn(held, 0);
    const second = await bytesIn(held, 1);
    held?.change(0, 1, () => second);
    held?.change(1, 1, () => first);
    const { isFinished, wrong } = await resumedWith(journals);
    expect({ isFinished, wrong }).toEqual({ isFinished: true, wrong: [] });
  });

  it('that is of another run is refused at the commit, and the run heals once it is removed', async () => {
    const { isFinished, errors } = await resumedWith(
      new Map(begun.journals).set(proveRun, begun.journals.get(labelRun) ?? memoryJournals()),
    );
    expect(isFinished).toBe(false);
    expect(errors.join('\n')).toMatch(/epoch \d+ in \.proofmill\/prove\/journal\/\d holds an outcome of another run/);
    const repaired = await resumedWith(new Map(begun.journals).set(proveRun, memoryJournals()));
    expect(repaired.isFinished).toBe(true);
    expect(repaired.wrong).toEqual([]);
  });
});

it(`${historyCount} histories from seed ${seed} in which an object is damaged end with the right rows, or name it`, {
  timeout: 60 * 60_000,
}, async () => {
  const ends = { refused: 0, finished: 0 };
  const wayNames = Object.keys(ways);
  for (let each = seed; each < seed + historyCount; each += 1) {
    let damaged: { path: string; bytes: Uint8Array } | null = null;
    const result = await runDamagedHistory(each, (objects, world) => {
      const paths = [...objects.keys()].filter((path) => kindOf(path) !== null && isVouchedFor(path, objects));
      const path = paths[world.between(0, paths.length - 1)] ?? '';
      const bytes = damagedBytes(objects, path, wayNames[world.between(0, wayNames.length - 1)] ?? '', world);
      if (bytes === null) return;
      // Past the watch over changes, which is about what the program does.
      Map.prototype.set.call(objects, path, bytes);
      damaged = { path, bytes };
      world.note(`${path} is damaged`);
    });
    const wrong = violationsOf(result, damaged, await findingsOf(result.objects, true));
    expect(wrong, `seed ${each} (PROOFMILL_SEED=${each} PROOFMILL_HISTORIES=1):\n${result.notes.join('\n')}`).toEqual(
      [],
    );
    if (damaged) ends[result.isFinished ? 'finished' : 'refused'] += 1;
  }
  if (historyCount >= 200) expect(Math.min(ends.refused, ends.finished)).toBeGreaterThan(historyCount / 20);
});

/** Of two sound objects that do not belong together, either may be the wrong one. */
const says = (sentence: string, path: string): boolean =>
  sentence.includes(path) ||
  sentence.includes(`${path.replace('_SUCCESS', '_MANIFEST.json')} is not the one`) ||
  (path.endsWith('/stage.json') && sentence.includes('and stage.json to run'));

const names = (finding: string, path: string): boolean =>
  finding.startsWith(`${path}: `) ||
  finding.startsWith(`${path.replace('_SUCCESS', '_MANIFEST.json')}: it is not the one that _SUCCESS names`);

/** What a history with one damaged object must not do: end wrongly, hang, or say nothing of it. */
function violationsOf(
  { wrong, errors, isFinished, objects }: HistoryResult,
  damaged: { readonly path: string; readonly bytes: Uint8Array } | null,
  findings: readonly string[],
): string[] {
  if (damaged === null) return [...wrong];
  const { path, bytes } = damaged;
  const isThere = objects.has(path) && Buffer.compare(objects.get(path) ?? new Uint8Array(), bytes) === 0;
  const isNamed = findings.some((finding) => names(finding, path));
  // What follows from the damage is found as well: without its manifest, say, a shard is not committed.
  const following = isThere ? [...findings, 'the output is not complete'] : [];
  return [
    ...wrong.filter((each) => !says(each, path) && !each.includes('is not done') && !following.includes(each)),
    ...(!isFinished && errors.length === 0 ? ['it hangs, and no role says why'] : []),
    ...(isThere && isVouchedFor(path, objects) && !isNamed ? [`verify does not name ${path}`] : []),
  ];
}
