/**
 * Progress of a run.
 *
 *   terminal   one line that is rewritten five times a second
 *   plain      a line every `everySeconds` if something has changed, else one in six of them that says so
 *   json       the same in JSON, one object a line: docs/progress.md
 */
import type { WorkActivity } from '@proofmill/contract';
import type { CoordinatorEvents } from '@proofmill/coordinate';
import { clearLine, paintFor, print } from '@proofmill/runtime';
import { duration } from './duration.ts';
import { plainLine, takenOverText, terminalLine } from './progress-text.ts';
import { type RunReading, runMeter } from './run-meter.ts';

export interface Progress extends CoordinatorEvents {
  /** Prints a sentence without breaking the line. */
  report(sentence: string): void;
  /** Takes an event that another coordinator process wrote as JSON. */
  onEvent(event: Readonly<Record<string, unknown>>): void;
  /** Adds what a worker of a stage counts. */
  follow(stage: string, read: () => WorkActivity): void;
  /** Between two jobs of one process: nothing is shown until the next one begins. */
  rest(): void;
  end(): void;
}

export interface ProgressOptions {
  readonly style: 'terminal' | 'plain' | 'json';
  /** Seconds between two lines elsewhere than on a terminal. */
  readonly everySeconds: number;
}

export const defaultEverySeconds = 10;

const terminalEveryMs = 200;
const lookEveryMs = 500;
/** A line without news comes this many times less often. */
const quietFactor = 6;

export function progressOn(stream: NodeJS.WriteStream, { style, everySeconds }: ProgressOptions): Progress {
  const meter = runMeter();
  const output =
    style === 'json' ? jsonOutput(stream) : style === 'terminal' ? lineOutput(stream) : plainOutput(stream);
  const due = style === 'terminal' ? () => true : pacedBy(everySeconds * 1000);
  const show = (): void => {
    const nowMs = performance.now();
    const reading = meter.read(nowMs);
    const verdict = reading && due(nowMs, reading);
    if (reading && verdict) output.show(reading, typeof verdict === 'number' ? verdict : null);
  };
  const timer = setInterval(show, style === 'terminal' ? terminalEveryMs : lookEveryMs);
  timer.unref();

  /** Before the next stage, and at the end. */
  const endStage = (): void => {
    const reading = meter.read(performance.now());
    if (!reading?.takenOver || reading.takenOver.items === 0) return;
    const { stage, takenOver } = reading;
    if (style === 'json') output.event({ event: 'taken-over', stage, ...takenOver });
    else output.report(takenOverText(stage, takenOver));
  };

  return {
    report: output.report,
    onNotice: output.report,
    onStage({ run, definition: { name } }) {
      endStage();
      meter.begin(name);
      output.event({ event: 'stage', stage: name, run });
    },
    onPlanned({ definition }, { records, shards }) {
      meter.setTotal(records);
      output.event({ event: 'planned', stage: definition.name, records, shards });
    },
    onProgress: (_stage, records, given) => meter.setRecords(records, given),
    onOffer: ({ definition }, items) => output.event({ event: 'offer', stage: definition.name, items }),
    onCommit({ definition }, { shard }, { records, failed }) {
      meter.setFailed(failed);
      output.event({ event: 'commit', stage: definition.name, shard, records, failed });
    },
    onEvent(event) {
      const { records, given = 0, failed, stage, message } = event;
      if (event.event === 'progress') return meter.setRecords(Number(records), Number(given));
      if (event.event === 'notice') return output.report(String(message));
      if (event.event === 'stage') {
        endStage();
        meter.begin(String(stage));
      }
      if (event.event === 'planned') meter.setTotal(Number(records));
      if (event.event === 'commit') meter.setFailed(Number(failed));
      output.event(event);
    },
    follow: meter.follow,
    rest() {
      endStage();
      meter.end();
      output.end();
    },
    end() {
      clearInterval(timer);
      endStage();
      output.end();
    },
  };
}

/** When a line is due: true with news, the seconds without any, or false. */
function pacedBy(everyMs: number): (nowMs: number, reading: RunReading) => boolean | number {
  let last = { atMs: performance.now(), news: '' };
  return (nowMs, { recordsPerSecond: _rate, secondsLeft: _left, ...counts }) => {
    const sinceMs = nowMs - last.atMs;
    if (sinceMs < everyMs) return false;
    const news = JSON.stringify(counts);
    const isNews = news !== last.news;
    if (!isNews && sinceMs < quietFactor * everyMs) return false;
    last = { atMs: nowMs, news };
    return isNews || Math.round(sinceMs / 1000);
  };
}

interface Output {
  report(sentence: string): void;
  event(event: Readonly<Record<string, unknown>>): void;
  /** Shows a reading, and for how many seconds it has not changed. */
  show(reading: RunReading, quietSeconds: number | null): void;
  end(): void;
}

function jsonOutput(stream: NodeJS.WriteStream): Output {
  const event = (line: Readonly<Record<string, unknown>>): void => print(stream, `${JSON.stringify(line)}\n`);
  return {
    event,
    report: (message) => event({ event: 'notice', message }),
    show: (reading) => event({ event: 'progress', ...reading }),
    end: () => undefined,
  };
}

function plainOutput(stream: NodeJS.WriteStream): Output {
  const report = (sentence: string): void => print(stream, `${sentence}\n`);
  return {
    report,
    event: () => undefined,
    show: (reading, quietSeconds) =>
      report(`${plainLine(reading)}${quietSeconds === null ? '' : ` (nothing new for ${duration(quietSeconds)})`}`),
    end: () => undefined,
  };
}

function lineOutput(stream: NodeJS.WriteStream): Output {
  const paint = paintFor(stream);
  let shown = '';
  const clear = (): void => {
    if (shown !== '') clearLine(stream);
    shown = '';
  };
  return {
    report(sentence) {
      clear();
      print(stream, `${sentence}\n`);
    },
    event: () => undefined,
    show(reading) {
      // A line that fills the last column makes some terminals begin the next one.
      const line = terminalLine(reading, (stream.columns ?? 80) - 1, paint);
      if (line === shown) return;
      clear();
      print(stream, line);
      shown = line;
    },
    end: clear,
  };
}
