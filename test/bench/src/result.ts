/** The figures of the table, from the runs: medians of the rounds. */
import { type ByPart, type FleetRun, type Part, parts } from './fleet.ts';
import type { FloorRun } from './floor.ts';
import type { Machine } from './machine.ts';

export interface Round {
  readonly floor: FloorRun;
  readonly fleet: FleetRun;
  /** A run with a tenth of the records, for the growth of memory. */
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
  /** CPU milliseconds of the engine per record, in the fleet's runs. The engine shares the cores. */
  readonly engineCpuMs: number;
  /** Share of the cores that other processes took while the fleet ran. Unless it is near 0, the rates mean little. */
  readonly othersShare: number;
  /** Medians of the ratios of each round. */
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
  const medianOf = (figure: (round: Round) => number): number => median(rounds.map(figure));
  const byPart = <Value>(value: (part: Part) => Value): Record<Part, Value> => ({
    coordinator: value('coordinator'),
    worker: value('worker'),
    collector: value('collector'),
    'nats-server': value('nats-server'),
  });
  return {
    ...setting,
    rounds: rounds.length,
    floor: { recordsPerSecond: medianOf(({ floor }) => rate(floor)), cpuMs: medianOf(({ floor }) => floorCpu(floor)) },
    fleet: {
      recordsPerSecond: medianOf(({ fleet }) => rate(fleet)),
      cpuMs: medianOf(({ fleet }) => fleetCpu(fleet)),
      cpuMsByPart: byPart((part) => medianOf(({ fleet }) => fleet.cpuMs[part] / fleet.records)),
    },
    engineCpuMs: medianOf(({ fleet }) => fleet.engineCpuMs / fleet.records),
    othersShare: medianOf(({ fleet }) => fleet.othersShare),
    rateRatio: medianOf(({ fleet, floor }) => rate(fleet) / rate(floor)),
    cpuRatio: medianOf(({ fleet, floor }) => fleetCpu(fleet) / floorCpu(floor)),
    memory: byPart((part) => ({
      smallBytes: medianOf(({ small }) => small.peakBytes[part]),
      bytes: medianOf(({ fleet }) => fleet.peakBytes[part]),
    })),
    askedTwice: rounds.reduce((total, { fleet, small }) => total + fleet.askedTwice + small.askedTwice, 0),
  };
}
