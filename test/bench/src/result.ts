/** From runs to the figures of the table: medians of the rounds. */
import { type ByPart, type FleetRun, type Part, parts } from './fleet.ts';
import type { FloorRun } from './floor.ts';
import type { Machine } from './machine.ts';

export interface Round {
  readonly floor: FloorRun;
  readonly fleet: FleetRun;
  /** With a tenth of the records, for the memory. */
  readonly small: FleetRun;
}

export interface Result {
  readonly machine: Machine;
  readonly command: string;
  readonly records: number;
  readonly recordBytes: number;
  readonly rounds: number;
  readonly floor: { readonly recordsPerSecond: number; readonly cpuMs: number };
  readonly fleet: { readonly recordsPerSecond: number; readonly cpuMs: number; readonly cpuMsByPart: ByPart };
  /** CPU-ms of the engine a record, in the fleet's runs. It has the same cores. */
  readonly engineCpuMs: number;
  /** Share of the cores that other processes took while the fleet ran; near 0, or the rates say little. */
  readonly othersShare: number;
  /** Medians of what each round compares. */
  readonly rateRatio: number;
  readonly cpuRatio: number;
  readonly memory: Readonly<Record<Part, { readonly smallBytes: number; readonly bytes: number }>>;
  readonly askedTwice: number;
}

const sum = (figures: ByPart): number => parts.reduce((total, part) => total + figures[part], 0);
const rate = ({ records, seconds }: { records: number; seconds: number }): number => records / seconds;
const fleetCpu = ({ cpuMs, records }: FleetRun): number => sum(cpuMs) / records;
const floorCpu = ({ cpuMs, records }: FloorRun): number => cpuMs / records;

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}

export function resultOf(
  rounds: readonly Round[],
  setting: Pick<Result, 'machine' | 'command' | 'records' | 'recordBytes'>,
): Result {
  const over = (figure: (round: Round) => number): number => median(rounds.map(figure));
  const each = <Value>(value: (part: Part) => Value): Record<Part, Value> => ({
    coordinator: value('coordinator'),
    worker: value('worker'),
    collector: value('collector'),
    'nats-server': value('nats-server'),
  });
  return {
    ...setting,
    rounds: rounds.length,
    floor: { recordsPerSecond: over(({ floor }) => rate(floor)), cpuMs: over(({ floor }) => floorCpu(floor)) },
    fleet: {
      recordsPerSecond: over(({ fleet }) => rate(fleet)),
      cpuMs: over(({ fleet }) => fleetCpu(fleet)),
      cpuMsByPart: each((part) => over(({ fleet }) => fleet.cpuMs[part] / fleet.records)),
    },
    engineCpuMs: over(({ fleet }) => fleet.engineCpuMs / fleet.records),
    othersShare: over(({ fleet }) => fleet.othersShare),
    rateRatio: over(({ fleet, floor }) => rate(fleet) / rate(floor)),
    cpuRatio: over(({ fleet, floor }) => fleetCpu(fleet) / floorCpu(floor)),
    memory: each((part) => ({
      smallBytes: over(({ small }) => small.peakBytes[part]),
      bytes: over(({ fleet }) => fleet.peakBytes[part]),
    })),
    askedTwice: rounds.reduce((total, { fleet, small }) => total + fleet.askedTwice + small.askedTwice, 0),
  };
}
