/** The roles of a run: coordinators, workers with their engines, collectors; each with as many twins as the setting says. */
import { collectPartition } from '@proofmill/collect';
import { ConfigurationError, type StageFile, stageSpecsOf } from '@proofmill/contract';
import { generationStore, readStage, stageFolder } from '@proofmill/folder';
import { work } from '@proofmill/work';
import { plainCodec } from '@proofmill/test-kit';
import { coordinateRun } from './coordinate-run.ts';
import { engineOf, type SimulatedEngine } from './engine.ts';
import { failingJournals, failingStore } from './failing-store.ts';
import type { Life } from './life.ts';
import type { Lives } from './lives.ts';
import { sinkOfOtherVersion } from './other-version.ts';
import {
  journalsOfLife,
  outcomesOfLife,
  sinkOfLife,
  storeOfLife,
  tasksOfLife,
  withLateEntries,
} from './ports-of-life.ts';
import type { Scene } from './scene.ts';

const transportDownMs = 600_000;
const longestRestartMs = 3000;

/** Starts all roles of the run under way. */
export function startRoles(scene: Scene, lives: Lives): void {
  const { run, store, setting, example } = scene;
  const prefix = run === 0 ? '' : `generation-${run}-`;
  const place: Place = { scene, lives, prefix, folder: run === 0 ? store : generationStore(store, run) };
  for (let twin = 0; twin < setting.coordinators; twin += 1) startCoordinator(place, twin);
  for (let twin = 0; twin < setting.workers; twin += 1) startWorker(place, twin);
  for (let partition = 0; partition < example.job.spec.output.partitions; partition += 1) {
    for (let twin = 0; twin < setting.collectors; twin += 1) startCollector(place, partition, twin);
  }
}

interface Place {
  readonly scene: Scene;
  readonly lives: Lives;
  /** Of the names of this run's roles. */
  readonly prefix: string;
  /** The folder of this run. */
  readonly folder: Scene['store'];
}

function startCoordinator({ scene, lives, prefix }: Place, twin: number): void {
  const { run, setting } = scene;
  lives.keepRunning(`${prefix}coordinator-${twin}`, async (life, stop) => {
    scene.witness.coordinatorStarted();
    const ended = await coordinateRun(scene, life, stop).catch((error: unknown) => {
      if (setting.otherVersion !== 'all items' || !(error instanceof ConfigurationError)) throw error;
      scene.hasMadeNothing = true;
      return null;
    });
    if ((ended === null || ended.ended === 'done') && run === scene.run) scene.isFinished = true;
  });
}

/** The frozen stage, once the coordinator has written it. Nobody dies at this wait: there would be time for nothing else. */
async function stageFile(folder: Scene['store'], life: Life, name: string): Promise<StageFile> {
  for (;;) {
    const stage = await readStage(stageFolder(folder, name));
    if (stage) return stage;
    await life.clock.sleep(100);
  }
}

function startWorker({ scene, lives, prefix, folder }: Place, twin: number): void {
  const { world, witness, setting, example } = scene;
  const { engine } = engineFor(scene, prefix, twin);
  lives.keepRunning(`${prefix}worker-${twin}`, async (life, stop, onDeath) => {
    const abort = new AbortController();
    onDeath(() => abort.abort(new Error('killed')));
    for (const spec of stageSpecsOf(example.job)) {
      const stage = await stageFile(folder, life, spec.name);
      const { tasks, sink } = scene.transportOf(stage);
      await work({
        stage,
        tasks: tasksOfLife(tasks, life, witness),
        sink: sinkOfOtherVersion(sinkOfLife(sink, life, witness), setting, witness, plainCodec.crc32),
        engine,
        codec: plainCodec,
        clock: life.clock,
        chance: world.chance,
        slots: setting.slots,
        times: {
          batchAgeMs: 30,
          heartbeatMs: 1500,
          engineWaitMs: 300_000,
          engineProbeMs: 100,
          engineDownMs: setting.engineDownMs,
          transportDownMs,
          leaveIdleMs: 30_000,
        },
        stop,
        abort: abort.signal,
      });
      if (stop.aborted) return;
    }
  });
}

/** The engine of a worker; the first one dies as often as the setting says. */
function engineFor({ world, witness, setting, variant }: Scene, prefix: string, twin: number): SimulatedEngine {
  const simulated = engineOf({
    world,
    witness,
    name: `${prefix}engine-${twin}`,
    divergent: setting.divergent,
    chargesForRequests: variant % 2 === 1,
    unreadable: setting.unreadable,
    downMs() {
      // It may be back in time, and its worker look too late.
      if (setting.engineDownMs < longestRestartMs) witness.mayLeaveOut();
      return world.between(setting.engineRestartMs, longestRestartMs);
    },
  });
  for (let death = 0; twin === 0 && death < setting.engineDeaths; death += 1)
    world.schedule(world.between(50, 2000), () => simulated.die('by chance'));
  return simulated;
}

function startCollector({ scene, lives, prefix, folder }: Place, partition: number, twin: number): void {
  const { world, witness, setting, mutant, example } = scene;
  lives.keepRunning(`${prefix}collector-${partition}-${twin}`, async (life, stop, onDeath) => {
    const failure = () => scene.storeFailure;
    const own = mutant.store(failingStore(folder, world, failure));
    const store = withLateEntries(storeOfLife(own, life), life, setting.entriesLateMs);
    for (const spec of stageSpecsOf(example.job)) {
      const stage = await stageFile(folder, life, spec.name);
      const ofPartition = mutant.collectorJournals(failingJournals(scene.journalsOf(stage), world, failure));
      const { journals, tear } = journalsOfLife(ofPartition, life, () => world.between(0, 40));
      // What a dead process has written usually reaches the disk later on, as long as its machine lives.
      onDeath(() => {
        if (world.chance() < 0.5) tear();
      });
      await collectPartition({
        stage,
        partition,
        store,
        journals,
        outcomes: outcomesOfLife(scene.transportOf(stage).outcomes, life, witness),
        codec: plainCodec,
        clock: life.clock,
        stop,
        transportDownMs,
        checkpointBytes: setting.checkpointBytes,
      });
      if (stop.aborted) return;
    }
  });
}
