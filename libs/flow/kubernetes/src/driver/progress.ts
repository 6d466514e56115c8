/** How far the job is, as its coordinator says. */

import type { Clock, Manifest, PlanEnd, StageFile, Totals } from '@proofmill/contract';
import { rateOf, type Sample, type StageProgress, withSample } from '@proofmill/kubernetes-objects';

/** What a coordinator tells of its job. */
export interface JobEvents {
  onNotice(notice: string): void;
  onStage(stage: StageFile): void;
  onPlanned(stage: StageFile, end: PlanEnd): void;
  onProgress(stage: StageFile, records: number): void;
  onCommit(stage: StageFile, manifest: Manifest, totals: Totals): void;
}

export interface Progress extends JobEvents {
  /** The stages that have begun. */
  readonly stages: readonly StageProgress[];
  /** The stage that wants pods now. Null before it is known that there is something to do, and after its last commit. */
  readonly underWay: StageFile | null;
  readonly recordsPerSecond: number | null;
  /** The last notice, until there is progress. */
  readonly notice: string | null;
  /** Nobody works now: the rate is that of after. */
  resetRate(): void;
}

interface Stage {
  readonly file: StageFile;
  done: number;
  total: number | null;
  failed: number;
  shards: number | null;
  commits: number;
  /** A stage that was complete before is not looked at a second time, and needs no pods. */
  isLookedAt: boolean;
}

/** Calls `changed` when there are other pods to be had than before. */
export function progressOf(clock: Clock, changed: () => void): Progress {
  const stages: Stage[] = [];
  let samples: Sample[] = [];
  let notice: string | null = null;
  const stageOf = ({ run }: StageFile): Stage | undefined => stages.find(({ file }) => file.run === run);
  const isComplete = ({ shards, commits }: Stage): boolean => shards !== null && commits >= shards;

  return {
    get stages() {
      return stages.map(({ file, done, total, failed }) => ({
        name: file.definition.name,
        run: file.run,
        done,
        total,
        failed,
      }));
    },
    get underWay() {
      const stage = stages.at(-1);
      return stage?.isLookedAt && !isComplete(stage) ? stage.file : null;
    },
    get recordsPerSecond() {
      return rateOf(samples);
    },
    get notice() {
      return notice;
    },
    resetRate() {
      samples = [];
    },
    onNotice(said) {
      notice = said;
    },
    onStage(file) {
      stages.push({ file, done: 0, total: null, failed: 0, shards: null, commits: 0, isLookedAt: false });
      samples = [];
      changed();
    },
    onPlanned(file, { records, shards }) {
      const stage = stageOf(file);
      if (stage) Object.assign(stage, { total: records, shards });
    },
    onProgress(file, records) {
      const stage = stageOf(file);
      if (!stage) return;
      if (records > stage.done) notice = null;
      stage.done = Math.max(stage.done, records);
      samples = withSample(samples, { atMs: clock.now(), records });
      if (stage.isLookedAt) return;
      stage.isLookedAt = true;
      changed();
    },
    onCommit(file, _manifest, totals) {
      const stage = stageOf(file);
      if (!stage) return;
      stage.commits += 1;
      stage.failed = totals.failed;
      stage.done = Math.max(stage.done, totals.records);
      if (isComplete(stage)) changed();
    },
  };
}
