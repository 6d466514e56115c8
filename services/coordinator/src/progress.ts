/** Progress of a run: one line that is rewritten on a terminal, a plain line every ten seconds elsewhere, JSON for machines. */
import type { CoordinatorEvents } from '@proofmill/coordinate';
import { duration } from './duration.ts';
import { type StageReading, stageMeter } from './stage-meter.ts';

export interface Progress extends CoordinatorEvents {
  /** Prints a sentence without breaking the line. */
  report(sentence: string): void;
  /** Shows an event that another coordinator process wrote as JSON, or passes it on in JSON. */
  onEvent(event: Readonly<Record<string, unknown>>): void;
  end(): void;
}

export type ProgressStyle = 'terminal' | 'plain' | 'json';

const plainEveryMs = 10_000;
const terminalEveryMs = 200;

export const progressOn = (stream: NodeJS.WriteStream, style: ProgressStyle): Progress =>
  style === 'json' ? jsonProgress(stream) : textProgress(stream, style === 'terminal');

function jsonProgress(stream: NodeJS.WriteStream): Progress {
  const meter = stageMeter(plainEveryMs);
  const emit = (event: Readonly<Record<string, unknown>>): void => {
    stream.write(`${JSON.stringify(event)}\n`);
  };
  const report = (message: string): void => emit({ event: 'notice', message });

  return {
    report,
    onNotice: report,
    onStage({ run, definition: { name } }) {
      meter.begin(name);
      emit({ event: 'stage', stage: name, run });
    },
    onPlanned({ definition }, { records, shards }) {
      meter.setTotal(records);
      emit({ event: 'planned', stage: definition.name, records, shards });
    },
    onProgress(_stage, records) {
      const reading = meter.read(records);
      if (reading) emit({ event: 'progress', ...reading });
    },
    onCommit({ definition }, { shard }, { records, failed }) {
      emit({ event: 'commit', stage: definition.name, shard, records, failed });
    },
    onEvent: emit,
    end: () => undefined,
  };
}

function textProgress(stream: NodeJS.WriteStream, isTerminal: boolean): Progress {
  const meter = stageMeter(isTerminal ? terminalEveryMs : plainEveryMs);
  let onLine = false;

  const clear = (): void => {
    if (onLine) stream.write('\r\u001b[2K');
    onLine = false;
  };
  const report = (sentence: string): void => {
    clear();
    stream.write(`${sentence}\n`);
  };
  const show = (records: number): void => {
    const reading = meter.read(records);
    if (!reading) return;
    clear();
    stream.write(isTerminal ? lineOf(reading) : `${lineOf(reading)}\n`);
    onLine = isTerminal;
  };

  return {
    report,
    onNotice: report,
    onStage: ({ definition }) => meter.begin(definition.name),
    onPlanned: (_stage, { records }) => meter.setTotal(records),
    onProgress: (_stage, records) => show(records),
    onEvent({ event, message, stage, records }) {
      if (event === 'notice') report(String(message));
      else if (event === 'stage') meter.begin(String(stage));
      else if (event === 'planned') meter.setTotal(Number(records));
      else if (event === 'progress') show(Number(records));
    },
    end: clear,
  };
}

function lineOf({ stage, records, total, recordsPerSecond: rate }: StageReading): string {
  const secondsLeft = total !== null && rate ? (total - records) / rate : null;
  return [
    `${stage}: ${records}${total === null ? '' : ` of ${total}`} records`,
    ...(rate === null ? [] : [`${rate >= 10 ? Math.round(rate) : rate.toFixed(1)} records/s`]),
    ...(secondsLeft === null || secondsLeft <= 0 ? [] : [`${duration(secondsLeft)} left`]),
  ].join(', ');
}
