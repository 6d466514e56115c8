/** What a history is up against: deaths, losses, delays, twins. */
import { type Faults, noFaults } from './life.ts';
import type { World } from './world.ts';

export interface Setting {
  readonly faults: Faults;
  readonly crashes: number;
  readonly wipes: number;
  readonly engineDeaths: number;
  /** How often the transport is put back to what it held a moment earlier. */
  readonly restores: number;
  /** How often one of its streams loses what happened in the last moment, and how often it cannot be read any more. */
  readonly lostEnds: number;
  readonly spoiltStreams: number;
  /** How often the transport loses its consumers, and how often its consumers lose sight of what is stored. */
  readonly consumerLosses: number;
  readonly sightLosses: number;
  /** How often a byte of a journal changes, and the collectors of its partition die. */
  readonly journalDamages: number;
  /** How often the machine of all coordinators and collectors dies, and with it what no journal has synced. */
  readonly machineDeaths: number;
  /** How often the store and the journals fail for a while. */
  readonly storeFailures: number;
  /** How often a role stands still for a while, as a stopped process does, and resumes. */
  readonly freezes: number;
  /** How often a byte of the newest checkpoint of a partition changes, and its collectors die. */
  readonly checkpointDamages: number;
  /** Bytes of journals between two checkpoints. */
  readonly checkpointBytes: number;
  /** How often somebody without the key says that the run is over. */
  readonly forgedDones: number;
  /** How long a collector does not see a plan entry that others see. */
  readonly entriesLateMs: number;
  /** How long a worker waits for an engine that is away. Shorter than a restart: the worker ends, and is started again. */
  readonly engineDownMs: number;
  /** The shortest restart of an engine. */
  readonly engineRestartMs: number;
  /** How often a role is asked to stop, as by SIGTERM. */
  readonly drains: number;
  /** Engines answer the same request differently each time, as real ones do. */
  readonly divergent: boolean;
  readonly coordinators: number;
  readonly collectors: number;
  readonly workers: number;
  /** The fewer parts the end of a stage is cut into, the more items a chunk has. */
  readonly endParts: number;
  /** Answers in flight of each worker. */
  readonly slots: number;
  /** How often what failed is asked about again. */
  readonly generations: number;
  /** The first run takes so many records, and the first generation the others. Null: the first run takes all. */
  readonly firstLimit: number | null;
  /** Share of answers without a verdict. */
  readonly unreadable: number;
  /** Workers are of another version: collectors refuse what they publish of all items, or of one. Null: they are not. */
  readonly otherVersion: 'all items' | 'one item' | null;
  /** Without any fault: what others are compared with. */
  readonly undisturbed: boolean;
}

/** Without any fault. */
export const calm: Setting = {
  faults: noFaults,
  crashes: 0,
  wipes: 0,
  engineDeaths: 0,
  restores: 0,
  lostEnds: 0,
  spoiltStreams: 0,
  engineDownMs: 300_000,
  engineRestartMs: 50,
  drains: 0,
  consumerLosses: 0,
  sightLosses: 0,
  journalDamages: 0,
  machineDeaths: 0,
  storeFailures: 0,
  freezes: 0,
  checkpointDamages: 0,
  checkpointBytes: 1000,
  entriesLateMs: 0,
  forgedDones: 0,
  divergent: false,
  coordinators: 1,
  collectors: 1,
  workers: 1,
  endParts: 2,
  slots: 4,
  generations: 0,
  firstLimit: null,
  unreadable: 0.1,
  otherVersion: null,
  undisturbed: true,
};

export function settingOf(world: World): Setting {
  const kind = world.between(0, 14);
  return {
    faults: {
      crash: [0, 0.01, 0.03, 0.08][world.between(0, 3)] ?? 0,
      sparesLooks: world.chance() < 0.5,
      lostReply: [0, 0.02, 0.1][world.between(0, 2)] ?? 0,
      slow: [0.05, 0.2, 0.5][world.between(0, 2)] ?? 0,
      slowMs: [50, 500, 8000][world.between(0, 2)] ?? 0,
    },
    crashes: world.between(0, 10),
    wipes: kind === 0 ? world.between(1, 2) : 0,
    restores: kind === 12 ? world.between(1, 2) : 0,
    lostEnds: kind === 13 ? world.between(1, 2) : 0,
    spoiltStreams: kind === 14 ? world.between(1, 2) : 0,
    engineDeaths: kind === 1 ? world.between(1, 2) : 0,
    drains: kind === 2 ? world.between(1, 4) : 0,
    consumerLosses: kind === 3 ? world.between(1, 3) : 0,
    sightLosses: kind === 4 ? world.between(1, 3) : 0,
    journalDamages: kind === 5 ? world.between(1, 2) : 0,
    machineDeaths: kind === 8 ? world.between(1, 3) : 0,
    storeFailures: kind === 9 ? world.between(1, 3) : 0,
    freezes: kind === 10 ? world.between(1, 4) : 0,
    checkpointDamages: kind === 7 ? world.between(1, 3) : 0,
    checkpointBytes: [300, 1000, 4000, Number.POSITIVE_INFINITY][world.between(0, 3)] ?? 0,
    entriesLateMs: kind === 6 ? world.between(100, 20_000) : 0,
    forgedDones: kind === 11 ? world.between(1, 3) : 0,
    coordinators: world.chance() < 0.25 ? 2 : 1,
    collectors: world.chance() < 0.4 ? 2 : 1,
    workers: world.between(1, 3),
    slots: world.chance() < 0.3 ? 1 : 4,
    endParts: world.chance() < 0.7 ? 2 : 16,
    divergent: world.chance() < 0.3,
    generations: 0,
    firstLimit: null,
    unreadable: 0.1,
    engineDownMs: world.chance() < 0.3 ? 500 : 300_000,
    engineRestartMs: world.chance() < 0.3 ? 1000 : 50,
    otherVersion: null,
    undisturbed: false,
  };
}
