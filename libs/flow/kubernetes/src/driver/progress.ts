/** How far a job is, from what its coordinator reports. */
import type { Clock, Manifest, PlanEnd, StageFile, Totals } from '@proofmill/contract';
import { rateOf, type Sample, type StageProgress, withSample } from '@proofmill/kubernetes-objects';

/** What a coordinator reports of its job. */
export interface JobEvents {
  onNotice(notice: string): void;
  onStage(stage: StageFile): void;
  onPlanned(stage: StageFile, end: PlanEnd): void;
  /** See CoordinatorEvents of the coordinator. */
  onProgress(stage: StageFile, records: number, given: number): void;
  onSpare(stage: StageFile, areSpare: boolean): void;
  onCommit(stage: StageFile, manifest: Manifest, totals: Totals): void;
}

export interface Progress extends JobEvents {
  /** The stages that have begun. */
  readonly stages: readonly StageProgress[];
  /** The stage that needs pods now. Null until it is known to be incomplete, and after its last commit. */
  readonly underWay: StageFile | null;
  /** Workers of that stage have nothing left to take. */
  readonly areSpare: boolean;
  readonly recordsPerSecond: number | null;
  /** The last notice; null once there has been progress since. */
  readonly notice: string | null;
  /** Forgets the rate, as nobody is working: it is measured again from the next progress. */
  resetRate(): void;
}

interface Stage {
  readonly file: StageFile;
  done: number;
  total: number | null;
  failed: number;
  shards: number | null;
  commits: number;
  /** The coordinator has reported progress, so the stage was not complete when it began. */
  hasProgress: boolean;
  areSpare: boolean;
}

/** Calls `stageChanged` when another stage needs pods, or none does any more. */
export function progressOf(clock: Clock, stageChanged: () => void): Progress {
  const stages: Stage[] = [];
  let samples: Sample[] = [];
  let notice: string | null = null;
  const stageOf = ({ run }: StageFile): Stage | undefined => stages.find(({ file }) => file.run === run);

  return {
    get stages() {
      return stages.map(progressIn);
    },
    get underWay() {
      const stage = stages.at(-1);
      return stage?.hasProgress && !isComplete(stage) ? stage.file : null;
    },
    get areSpare() {
      return stages.at(-1)?.areSpare ?? false;
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
    onNotice(sentence) {
      notice = sentence;
    },
    onStage(file) {
      const none = { done: 0, total: null, failed: 0, shards: null, commits: 0, hasProgress: false, areSpare: false };
      stages.push({ file, ...none });
      samples = [];
      stageChanged();
    },
    onPlanned(file, { records, shards }) {
      const stage = stageOf(file);
      if (stage) Object.assign(stage, { total: records, shards });
    },
    onProgress(file, records, given) {
      const stage = stageOf(file);
      if (!stage) return;
      if (records > stage.done) notice = null;
      stage.done = Math.max(stage.done, records);
      samples = withSample(samples, { atMs: clock.now(), records: records - given });
      if (stage.hasProgress) return;
      stage.hasProgress = true;
      stageChanged();
    },
    onSpare(file, areSpare) {
      const stage = stageOf(file);
      if (stage) Object.assign(stage, { areSpare });
      stageChanged();
    },
    onCommit(file, _manifest, totals) {
      const stage = stageOf(file);
      if (!stage) return;
      stage.commits += 1;
      stage.failed = totals.failed;
      stage.done = Math.max(stage.done, totals.records);
      if (isComplete(stage)) stageChanged();
    },
  };
}

const isComplete = ({ shards, commits }: Stage): boolean => shards !== null && commits >= shards;

const progressIn = ({ file, done, total, failed }: Stage): StageProgress => ({
  name: file.definition.name,
  run: file.run,
  done,
  total,
  failed,
});
