/** What all roles of a history share: virtual time and chance, the folder, journals and transports, and who watches. */
import type { StageFile, Store } from '@proofmill/contract';
import { type MemoryTransport, memoryTransport } from '@proofmill/memory';
import { type MemoryJournals, memoryJournals, plainCodec } from '@proofmill/test-kit';
import { type Example, exampleOf } from './example.ts';
import type { StoreFailure } from './failing-store.ts';
import type { Mutant } from './mutants.ts';
import type { Setting } from './setting.ts';
import { sameForAll, watchOver } from './watched-store.ts';
import { type Witness, witnessOf } from './witness.ts';
import type { World } from './world.ts';

/** What a history has left: the objects of its folder, and its journals by run. */
export interface Folder {
  readonly objects: ReadonlyMap<string, Uint8Array>;
  readonly journals: ReadonlyMap<string, MemoryJournals>;
}

export interface SceneOptions {
  readonly world: World;
  readonly variant: number;
  readonly setting: Setting;
  readonly mutant: Mutant;
  /** What an earlier history has left; copies are taken. */
  readonly from: Folder | undefined;
}

export interface Scene extends SceneOptions {
  readonly example: Example;
  readonly objects: Map<string, Uint8Array>;
  readonly store: Store;
  /** Sentences on committed objects that have changed. */
  readonly changed: readonly string[];
  readonly journals: Map<string, MemoryJournals>;
  readonly transports: ReadonlyMap<string, MemoryTransport>;
  readonly witness: Witness;
  transportOf(stage: StageFile): MemoryTransport;
  journalsOf(stage: StageFile): MemoryJournals;
  /** The run under way: the first one is 0, then the generations. */
  run: number;
  /** The run under way has come to its end. */
  isFinished: boolean;
  /** The job has ended because it has made nothing. */
  hasMadeNothing: boolean;
  /** What calls on the store and the journals fail with now. */
  storeFailure: StoreFailure | null;
  /** How many more deaths the run under way may have, and until when. */
  crashesLeft: number;
  faultsEndMs: number;
}

const faultsLastMs = 40_000;
const ackWaitMs = 5000;

export function sceneOf(options: SceneOptions): Scene {
  const { world, variant, setting, mutant, from } = options;
  const objects = new Map<string, Uint8Array>(from?.objects);
  const changed: string[] = [];
  const journals = new Map([...(from?.journals ?? [])].map(([run, held]) => [run, held.copy()]));
  const transports = new Map<string, MemoryTransport>();
  const witness = witnessOf({ crc32: plainCodec.crc32, coordinatorTwins: setting.coordinators > 1 });
  return {
    ...options,
    example: exampleOf(variant),
    objects,
    // A generation replaces the card and its pictures, which no manifest names.
    store: watchOver(objects, changed, setting.generations === 0 ? [] : sameForAll),
    changed,
    journals,
    transports,
    witness,
    transportOf(stage) {
      const known =
        transports.get(stage.run) ??
        memoryTransport({
          clock: world.clock,
          stage,
          ackWaitMs,
          pullWaitMs: 400,
          onLoss: witness.lost,
          ...(mutant.isGenuine ? { isGenuine: mutant.isGenuine } : {}),
        });
      transports.set(stage.run, known);
      return known;
    },
    journalsOf({ run }) {
      const known = journals.get(run) ?? memoryJournals();
      journals.set(run, known);
      return known;
    },
    run: 0,
    isFinished: false,
    hasMadeNothing: false,
    storeFailure: null,
    crashesLeft: setting.crashes,
    faultsEndMs: faultsLastMs,
  };
}

/** Begins a run, with faults of its own. */
export function beginRun(scene: Scene, run: number): void {
  scene.run = run;
  scene.isFinished = false;
  scene.crashesLeft = scene.setting.crashes;
  scene.faultsEndMs = scene.world.clock.now() + faultsLastMs;
}
