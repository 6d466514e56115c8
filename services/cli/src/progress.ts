/** Progress of a run: one line that is rewritten on a terminal, a plain line every ten seconds elsewhere, JSON for machines. */
import type { PlanEnd, StageFile } from '@proofmill/contract';
import type { CoordinatorEvents } from '@proofmill/coordinate';

export interface Progress extends CoordinatorEvents {
  /** Says a sentence without breaking the line. */
  say(sentence: string): void;
  /** Shows an event of a coordinator that runs elsewhere, or passes one on in JSON. */
  onEvent(event: Readonly<Record<string, unknown>>): void;
  end(): void;
}

export type ProgressStyle = 'terminal' | 'plain' | 'json';

const PLAIN_EVERY_MS = 10_000;
const TERMINAL_EVERY_MS = 200;
/** The rate is that of about the last half minute. */
const RATE_WINDOW_MS = 30_000;

export function progressOn(stream: NodeJS.WriteStream, style: ProgressStyle): Progress {
  let stageName = '';
  let total: number | null = null;
  let lastLineMs = 0;
  let onLine = false;
  let samples: { atMs: number; records: number }[] = [];

  const clear = (): void => {
    if (onLine) stream.write('\r\u001b[2K');
    onLine = false;
  };
  const emit = (event: Readonly<Record<string, unknown>>): void => {
    stream.write(`${JSON.stringify(event)}\n`);
  };
  const say = (sentence: string): void => {
    if (style === 'json') emit({ event: 'notice', message: sentence });
    else {
      clear();
      stream.write(`${sentence}\n`);
    }
  };
  const begin = (stage: string): void => {
    stageName = stage;
    total = null;
    samples = [];
    lastLineMs = performance.now();
  };
  const show = (records: number): void => {
    const nowMs = performance.now();
    samples.push({ atMs: nowMs, records });
    samples = samples.filter((sample, index) => nowMs - sample.atMs < RATE_WINDOW_MS || index >= samples.length - 2);
    if (nowMs - lastLineMs < (style === 'terminal' ? TERMINAL_EVERY_MS : PLAIN_EVERY_MS)) return;
    lastLineMs = nowMs;
    const [first] = samples;
    const seconds = first ? (nowMs - first.atMs) / 1000 : 0;
    const rate = first && seconds > 0.5 ? (records - first.records) / seconds : null;
    if (style === 'json') {
      emit({ event: 'progress', stage: stageName, records, total, recordsPerSecond: rate });
      return;
    }
    const left = total !== null && rate ? (total - records) / rate : null;
    const line = [
      `${stageName}: ${records}${total === null ? '' : ` of ${total}`} records`,
      ...(rate === null ? [] : [`${rate >= 10 ? Math.round(rate) : rate.toFixed(1)} records/s`]),
      ...(left === null || left <= 0 ? [] : [`${duration(left)} left`]),
    ].join(', ');
    clear();
    stream.write(style === 'terminal' ? line : `${line}\n`);
    onLine = style === 'terminal';
  };

  return {
    say,
    onNotice: say,
    onStage({ run, definition }: StageFile) {
      begin(definition.name);
      if (style === 'json') emit({ event: 'stage', stage: stageName, run });
    },
    onPlanned(stage: StageFile, end: PlanEnd) {
      total = end.records;
      if (style === 'json')
        emit({ event: 'planned', stage: stage.definition.name, records: end.records, shards: end.shards });
    },
    onProgress(_stage: StageFile, records: number) {
      show(records);
    },
    onCommit(stage, { shard }, totals) {
      if (style === 'json')
        emit({ event: 'commit', stage: stage.definition.name, shard, records: totals.records, failed: totals.failed });
    },
    onEvent(event) {
      if (style === 'json') emit(event);
      else if (event.event === 'notice') say(String(event.message));
      else if (event.event === 'stage') {
        begin(String(event.stage));
      } else if (event.event === 'planned') total = Number(event.records);
      else if (event.event === 'progress') show(Number(event.records));
    },
    end: clear,
  };
}

/** `1 h 05 min`, `3 min 20 s`, `12 s` */
export function duration(seconds: number): string {
  const whole = Math.max(1, Math.round(seconds));
  if (whole >= 3600)
    return `${Math.floor(whole / 3600)} h ${String(Math.floor((whole % 3600) / 60)).padStart(2, '0')} min`;
  if (whole >= 60) return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, '0')} s`;
  return `${whole} s`;
}
