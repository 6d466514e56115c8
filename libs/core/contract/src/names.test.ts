import { describe, expect, it } from 'vitest';
import {
  compareIds,
  idOf,
  isWorkingFile,
  itemId,
  outputPaths,
  parseTaskSubject,
  partitionOf,
  placeOfId,
  runName,
  shardName,
  stagePaths,
  subjects,
} from './index.ts';

const run = runName('job-1', 'label', '0123456789abcdef');

describe('names', () => {
  it('of a run are its job, stage and the first of its digest', () => expect(run).toBe('job-1-label-01234567'));

  it('of items and shards have five digits, or more where they need them', () => {
    expect([shardName(42), shardName(123_456)]).toEqual(['00042', '123456']);
    expect([itemId(42, 17), itemId(123_456, 0)]).toEqual(['00042:17', '123456:0']);
  });

  it('of tasks give their shard and chunk back', () => {
    for (const shard of [0, 1, 42, 99_999, 100_000, 1_234_567]) {
      for (const chunk of [0, 7, 99_999, 250_000]) {
        expect(parseTaskSubject(subjects.task(run, shard, chunk))).toEqual({ shard, chunk });
        expect(subjects.task(run, shard, chunk).startsWith(subjects.tasksOfShard(run, shard).slice(0, -1))).toBe(true);
      }
    }
  });

  it('of anything else are no tasks', () => {
    const others = [subjects.outcomes(run, 3), subjects.done(run), subjects.tasks(run), `pm.${run}.tasks.00001`, ''];
    for (const subject of [...others, `pm.${run}.tasks.1.2`, `${subjects.task(run, 1, 2)}.x`])
      expect(parseTaskSubject(subject), subject).toBeNull();
  });

  it('of shards do not meet in the filter of another shard', () => {
    const filter = subjects.tasksOfShard(run, 1).slice(0, -1);
    expect(subjects.task(run, 10_000, 1).startsWith(filter)).toBe(false);
    expect(subjects.task(run, 100_001, 1).startsWith(filter)).toBe(false);
  });

  it('of streams, durables and subjects are made of signs that NATS takes', () => {
    for (const name of [
      subjects.tasksStream(run),
      subjects.outcomesStream(run),
      subjects.workers,
      subjects.collector(3),
    ])
      expect(name).toMatch(/^[\w-]+$/);
    for (const subject of [subjects.task(run, 1, 2), subjects.done(run), subjects.outcomes(run, 1)])
      expect(subject).toMatch(/^[\w.-]+$/);
  });

  it('of output files sort as their shards do', () => {
    expect(outputPaths.data(42, 64, 'parquet')).toBe('data/train-00042-of-00064.parquet');
    const paths = [0, 9, 10, 99, 100].map((shard) => outputPaths.data(shard, 101, 'jsonl'));
    expect([...paths].sort()).toEqual(paths);
  });

  it('of the files of generations stand beside those of the first run, in every pattern that takes those', () => {
    expect(outputPaths.data(0, 2, 'jsonl', 1)).toBe('data/train-00000-of-00002.generation-1.jsonl');
    expect(outputPaths.failed(3, 12)).toBe('failed/00003.generation-12.jsonl');
    // `data/{split}-NNNNN-of-NNNNN*.*` of Hugging Face; its split would be all before the last such pair of numbers.
    expect(outputPaths.data(0, 2, 'jsonl', 1)).toMatch(/^data\/train-\d{5}-of-\d{5}[^-]*(-\d+)?\.jsonl$/);
    const paths = [
      outputPaths.data(0, 2, 'jsonl'),
      outputPaths.data(0, 2, 'jsonl', 1),
      outputPaths.data(0, 2, 'jsonl', 2),
    ];
    expect(new Set(paths).size).toBe(3);
  });

  it('of ids give their place back, and are ordered as the plan is', () => {
    expect(placeOfId(itemId(123_456, 17))).toEqual({ shard: 123_456, index: 17 });
    for (const wrong of ['', '1:2', '00000', '00000:x', 'x00000:1']) expect(() => placeOfId(wrong)).toThrow(RangeError);
    const ids = ['100000:0', '00002:1', '00001:10', '00001:9'];
    expect(ids.sort(compareIds)).toEqual(['00001:9', '00001:10', '00002:1', '100000:0']);
  });

  it('of a planned record are its place, unless the plan carries its id', () => {
    expect(idOf({ index: 3 }, 7)).toBe('00007:3');
    expect(idOf({ id: '00042:17', index: 3 }, 7)).toBe('00042:17');
  });

  it('of one stage lie in its folder, and no two are the same', () => {
    const paths = stagePaths('label');
    const all = [
      paths.job,
      paths.stage,
      paths.start,
      paths.end,
      paths.entry(1),
      paths.entry(11),
      paths.pack(1),
      paths.journal(1),
      paths.manifest(1),
      paths.staged('rows', 1, 2, 'a'.repeat(64)),
      paths.staged('failures', 1, 2, 'a'.repeat(64)),
      paths.staged('rows', 1, 2, 'a'.repeat(64), 'parquet'),
      paths.staged('rows', 1, 3, 'a'.repeat(64)),
      paths.staged('rows', 1, 2, 'b'.repeat(64)),
    ];
    expect(new Set(all).size).toBe(all.length);
    for (const path of all) expect(path.startsWith('.proofmill/label/')).toBe(true);
    expect(paths.entry(1).startsWith(paths.plan)).toBe(true);
    expect(paths.manifest(1).startsWith(paths.manifests)).toBe(true);
  });

  it('of working files are those of packs, journals, checkpoints and staged files, and of nothing else in a stage', () => {
    const paths = stagePaths('label');
    const working = [
      paths.pack(1),
      paths.staged('rows', 1, 2, 'a'.repeat(64)),
      `${paths.journal(3)}/00001.journal`,
      `${paths.journal(3)}/00001.ended`,
      `${paths.journal(3)}/00001.length`,
      paths.checkpoint(3, 1, 0),
      `${paths.journal(3)}/00001/owner`,
      `${paths.journal(3)}/00001/0000000000000000`,
    ];
    expect(working.filter((path) => !isWorkingFile(path))).toEqual([]);
    for (const path of working)
      expect(
        paths.working.some((folder) => path.startsWith(folder)),
        path,
      ).toBe(true);
    const others = [paths.job, paths.stage, paths.start, paths.entry(1), paths.end, paths.manifest(1)];
    const foreign = [
      `${paths.root}/packs/notes.txt`,
      `${paths.root}/staging/00001.rows.jsonl`,
      outputPaths.data(0, 1, 'jsonl'),
    ];
    expect([...others, ...foreign].filter(isWorkingFile)).toEqual([]);
  });

  it('of partitions cover every shard once', () => {
    for (let shard = 0; shard < 20; shard += 1) {
      expect([0, 1, 2].filter((partition) => partitionOf(shard, 3) === partition)).toHaveLength(1);
    }
  });
});
