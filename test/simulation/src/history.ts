/**
 * One history: a whole job in virtual time, with twins of some roles, under faults that stop after a while. It is right when
 * the job finishes, `verify` finds nothing, the rows are those of an undisturbed history (with divergent engines: those of the
 * first outcomes in the journals), committed bytes never change, and nothing is asked again without a reason.
 */

import { collectPartition } from '@proofmill/collect';
import { ConfigurationError, isTemporary, type Job, type StageFile } from '@proofmill/contract';
import {
  type Coordinated,
  coordinate,
  openExtension,
  openGeneration,
  runGeneration,
  withLimit,
} from '@proofmill/coordinate';
import {
  generationStore,
  isCommitted,
  isComplete,
  newestOutput,
  readGenerations,
  readStage,
  stageFolder,
} from '@proofmill/folder';
import { type MemoryTransport, memoryTransport } from '@proofmill/memory';
import { type MemoryJournals, memoryJournals } from '@proofmill/test-kit';
import { work } from '@proofmill/work';
import { flipped } from './damage.ts';
import { engineOf } from './engine.ts';
import { exampleOf } from './example.ts';
import { faultsOfOutput } from './faults-of-output.ts';
import { firstOutcomeViolations } from './first-wins.ts';
import { type Faults, type Life, lifeOf, noFaults } from './life.ts';
import { healthy, type Mutant } from './mutants.ts';
import { sinkOfOtherVersion } from './other-version.ts';
import { plainCodec } from './plain-codec.ts';
import {
  corpusOfLife,
  dispatchOfLife,
  journalsOfLife,
  outcomesOfLife,
  sinkOfLife,
  storeOfLife,
  tasksOfLife,
  withLateEntries,
} from './ports-of-life.ts';
import { calm, type Setting, settingOf } from './setting.ts';
import { sameForAll, watchOver } from './watched-store.ts';
import { witnessOf } from './witness.ts';
import { type World, worldOf } from './world.ts';

export interface HistoryResult {
  readonly seed: number;
  /** What is wrong, as sentences; empty when the history is right. */
  readonly wrong: readonly string[];
  readonly notes: readonly string[];
  readonly deaths: readonly string[];
  readonly events: number;
  readonly askedTwice: number;
  readonly answers: number;
  readonly job: Job;
  /** Every run of the job came to its end. */
  readonly isFinished: boolean;
  /** Those among `wrong` that ended a role. */
  readonly errors: readonly string[];
  /** The output folder. */
  readonly objects: ReadonlyMap<string, Uint8Array>;
  /** The journals, by run. */
  readonly journals: ReadonlyMap<string, MemoryJournals>;
}

/** Where a history begins and ends, and what happens to its folder meanwhile. */
export interface Course {
  /** What an earlier history has left; copies are taken. Default: a new folder. */
  readonly from?: Pick<HistoryResult, 'objects' | 'journals'>;
  /** Ends the history as soon as the folder is so, in the middle of everything. */
  readonly until?: (objects: ReadonlyMap<string, Uint8Array>) => boolean;
  /** Called once, at a moment by chance, with the objects of the folder. */
  readonly damage?: (objects: Map<string, Uint8Array>, world: World) => void;
}

const faultsUntilMs = 40_000;
const limitMs = 30 * 60_000;
const ackWaitMs = 5000;
/** No cause asks for an answer so often. */
const endlesslyAsked = 50;

/** Runs the history of a seed. */
export async function runHistory(seed: number, mutant: Mutant = healthy): Promise<HistoryResult> {
  const world = worldOf(seed);
  const variant = world.between(0, 15);
  return play(world, seed, variant, { ...settingOf(world), ...mutant.setting }, mutant);
}

/** Runs the history of a seed with workers of another version. */
export async function runDisagreeingHistory(
  seed: number,
  otherVersion: NonNullable<Setting['otherVersion']>,
): Promise<HistoryResult> {
  const world = worldOf(seed);
  const variant = world.between(0, 15);
  return play(world, seed, variant, { ...settingOf(world), otherVersion }, healthy);
}

/**
 * Runs the history of a seed with an engine that is often unreadable, and then two generations: what failed, asked again twice; or,
 * of an even seed, the records beyond a limit, and then what failed.
 */
export async function runRetriedHistory(seed: number): Promise<HistoryResult> {
  const world = worldOf(seed);
  const variant = world.between(0, 15);
  const firstLimit = seed % 2 === 0 ? 4 : null;
  return play(world, seed, variant, { ...settingOf(world), ...retried, firstLimit }, healthy);
}

/** Runs a history without faults of its own, from a folder or up to a moment. Its rows are compared with the undisturbed ones. */
export const runCourse = (variant: number, setting: Partial<Setting>, course: Course): Promise<HistoryResult> =>
  play(worldOf(variant), variant, variant, { ...calm, undisturbed: false, ...setting }, healthy, course);

/** Runs the history of a seed in which `damage` happens to the folder. */
export async function runDamagedHistory(seed: number, damage: NonNullable<Course['damage']>): Promise<HistoryResult> {
  const world = worldOf(seed);
  const variant = world.between(0, 15);
  return play(world, seed, variant, { ...settingOf(world), divergent: false }, healthy, { damage });
}

/** One coordinator: a twin would begin the next generation when the first one has finished this one. */
const retried = { generations: 2, unreadable: 0.6, coordinators: 1 };

const undisturbed = new Map<string, Promise<ReadonlyMap<string, Uint8Array>>>();

/** The objects of the output folder of an undisturbed history. */
function expectedObjects(
  variant: number,
  { generations, unreadable, firstLimit }: Setting,
): Promise<ReadonlyMap<string, Uint8Array>> {
  const key = `${variant} ${generations} ${firstLimit}`;
  let known = undisturbed.get(key);
  if (!known) {
    known = play(worldOf(variant), variant, variant, { ...calm, generations, unreadable, firstLimit }, healthy).then(
      (result) => {
        if (result.wrong.length > 0)
          throw new Error(`the undisturbed history ${variant} is wrong: ${result.wrong.join('; ')}`);
        return result.objects;
      },
    );
    undisturbed.set(key, known);
  }
  return known;
}

async function play(
  world: World,
  seed: number,
  variant: number,
  setting: Setting,
  mutant: Mutant,
  { from, until = () => false, damage }: Course = {},
): Promise<HistoryResult> {
  const example = exampleOf(variant);
  const objects = new Map<string, Uint8Array>(from?.objects);
  const changed: string[] = [];
  // A generation replaces the card and its pictures, which no manifest names.
  const store = watchOver(objects, changed, setting.generations === 0 ? [] : sameForAll);
  const journals = new Map([...(from?.journals ?? [])].map(([run, held]) => [run, held.copy()]));
  const transports = new Map<string, MemoryTransport>();
  const witness = witnessOf({ crc32: plainCodec.crc32, coordinatorTwins: setting.coordinators > 1 });
  const deaths: string[] = [];
  const errors: string[] = [];
  let crashesLeft = setting.crashes;
  let finished = false;
  let madeNothing = false;
  /** The run under way: the first one, or a generation. */
  let currentRun = 0;
  let faultsEndMs = faultsUntilMs;

  const faults = (): Faults => (world.clock.now() < faultsEndMs ? setting.faults : noFaults);
  const transportOf = (stage: StageFile): MemoryTransport => {
    const { clock } = world;
    const { partitions } = stage;
    const known =
      transports.get(stage.run) ??
      memoryTransport({
        clock,
        partitions,
        ackWaitMs,
        pullWaitMs: 400,
        onMistakenRemoval: witness.removedByMistake,
      });
    transports.set(stage.run, known);
    return known;
  };
  const journalsOf = (stage: StageFile): MemoryJournals => {
    const known = journals.get(stage.run) ?? memoryJournals();
    journals.set(stage.run, known);
    return known;
  };

  const stops = new Map<string, AbortController>();
  const lives = new Map<string, Life>();
  const ends: (() => void)[] = [];
  /** Restarts a role until it has done its part. */
  const keepRunning = (
    name: string,
    run: (life: Life, stop: AbortSignal, onDeath: (act: () => void) => void) => Promise<unknown>,
  ): void => {
    let number = 0;
    const itsRun = currentRun;
    const begin = (): void => {
      if (finished || itsRun !== currentRun) return;
      number += 1;
      const acts: (() => void)[] = [];
      const stop = new AbortController();
      stops.set(name, stop);
      const life = lifeOf({
        world,
        name: `${name}#${number}`,
        faults,
        mayCrash: () => crashesLeft > 0,
        onDeath(reason) {
          crashesLeft -= 1;
          deaths.push(`${name} ${reason}`);
          for (const act of acts) act();
          world.schedule(world.between(1, 3000), begin);
        },
      });
      lives.set(name, life);
      ends.push(() => {
        life.kill('at the end');
        stop.abort();
      });
      const ended = (): void => {
        stops.delete(name);
        if (stop.signal.aborted && life.alive) world.schedule(world.between(1, 3000), begin);
      };
      run(life, stop.signal, (act) => acts.push(act)).then(ended, (error: unknown) => {
        const line = `${life.name} ends: ${error instanceof Error ? `${error.name} ${error.message}` : String(error)}`;
        world.note(line);
        if (!life.alive) return;
        // Deaths and losses are never so many that sending is pointless.
        if (!isTemporary(error) || error.code === 'no-outcomes') errors.push(line);
        if (errors.length < 5) world.schedule(1000, begin);
      });
    };
    world.schedule(world.chance() * 20, begin);
  };

  /** The first run: number 0; or a generation. */
  const coordinateRun = async (number: number, life: Life, stop: AbortSignal): Promise<Coordinated> => {
    const { firstLimit } = setting;
    const firstJob = firstLimit === null ? example.job : withLimit(example.job, firstLimit);
    const ports = {
      job: number === 0 ? firstJob : example.job,
      store: storeOfLife(mutant.store(store), life),
      journalsOf: (stage: StageFile) =>
        journalsOfLife(mutant.coordinatorJournals(journalsOf(stage)), life, () => 0).journals,
      dispatchOf: (stage: StageFile) => dispatchOfLife(mutant.dispatch(transportOf(stage).dispatch), life, witness),
      codec: plainCodec,
      clock: life.clock,
      stop,
      times: { pollMs: 50, watchMs: 200, quietMs: 5000, transportDownMs: 600_000, lingerMs: 1000 },
      events: { onNotice: (sentence: string) => world.note(`${life.name} says: ${sentence}`) },
      window: 2,
    };
    const corpus = corpusOfLife(example.corpus, life);
    if (number === 0) return coordinate({ ...ports, profiles: example.profiles, corpus });
    const { job } = ports;
    // In a repaired folder collectors may commit while the coordinator looks: whoever types a command has looked first.
    const ownStore = from ? store : ports.store;
    const output = await newestOutput(ownStore);
    // It may have died after the last step.
    const folder = generationStore(ownStore, number);
    const stages = (await readGenerations(ownStore))[number - 1]?.stages;
    if (output && stages && (await isComplete(folder)) && (await isCommitted(folder, stages))) {
      // A repaired shard may have been committed before anybody looked: running the job again promotes it.
      return from
        ? coordinate({ ...ports, job: firstJob, profiles: example.profiles, corpus })
        : { ended: 'done', output };
    }
    const asked = { classes: null, definitions: null, maxTokens: null };
    const opened =
      firstLimit !== null && number === 1
        ? await openExtension({ job, store: ownStore, corpus, limit: { first: firstLimit, wanted: null } })
        : await openGeneration({ job, store: ownStore, codec: plainCodec, ...asked });
    if (opened?.generation.number !== number) throw new Error(`generation ${number} was not opened`);
    return runGeneration({ ...ports, corpus, opened });
  };

  const startRoles = (run: number): void => {
    currentRun = run;
    const prefix = run === 0 ? '' : `generation-${run}-`;
    const folder = run === 0 ? store : generationStore(store, run);
    for (let twin = 0; twin < setting.coordinators; twin += 1) {
      keepRunning(`${prefix}coordinator-${twin}`, async (life, stop) => {
        const ended = await coordinateRun(run, life, stop).catch((error: unknown) => {
          if (setting.otherVersion !== 'all items' || !(error instanceof ConfigurationError)) throw error;
          madeNothing = true;
          return null;
        });
        if ((ended === null || ended.ended === 'done') && run === currentRun) finished = true;
      });
    }

    /** The frozen stage, once the coordinator has written it. Nobody dies at this wait: there would be time for nothing else. */
    const stageFile = async (life: Life, name: string): Promise<StageFile> => {
      for (;;) {
        const stage = await readStage(stageFolder(folder, name));
        if (stage) return stage;
        await life.clock.sleep(100);
      }
    };

    for (let twin = 0; twin < setting.workers; twin += 1) {
      const { engine, die } = engineOf({
        world,
        witness,
        name: `${prefix}engine-${twin}`,
        divergent: setting.divergent,
        chargesForRequests: variant % 2 === 1,
        unreadable: setting.unreadable,
        downMs: () => world.between(50, 3000),
      });
      for (let death = 0; twin === 0 && death < setting.engineDeaths; death += 1)
        world.schedule(world.between(50, 2000), () => die('by chance'));
      keepRunning(`${prefix}worker-${twin}`, async (life, stop, onDeath) => {
        const abort = new AbortController();
        onDeath(() => abort.abort(new Error('killed')));
        for (const spec of example.job.spec.pipeline) {
          const stage = await stageFile(life, spec.name);
          const transport = transportOf(stage);
          await work({
            stage,
            tasks: tasksOfLife(transport.tasks, life, witness),
            sink: sinkOfOtherVersion(sinkOfLife(transport.sink, life, witness), setting, witness, plainCodec.crc32),
            engine,
            codec: plainCodec,
            clock: life.clock,
            chance: world.chance,
            slots: 4,
            times: {
              batchAgeMs: 30,
              heartbeatMs: 1500,
              engineWaitMs: 300_000,
              engineProbeMs: 100,
              engineDownMs: setting.engineDownMs,
              transportDownMs: 600_000,
            },
            stop,
            abort: abort.signal,
          });
          if (stop.aborted) return;
        }
      });
    }

    for (let partition = 0; partition < example.job.spec.output.partitions; partition += 1) {
      for (let twin = 0; twin < setting.collectors; twin += 1) {
        keepRunning(`${prefix}collector-${partition}-${twin}`, async (life, stop, onDeath) => {
          const plainStore = storeOfLife(mutant.store(folder), life);
          const ownStore = withLateEntries(plainStore, life, setting.entriesLateMs);
          for (const spec of example.job.spec.pipeline) {
            const stage = await stageFile(life, spec.name);
            const { journals: ownJournals, tear } = journalsOfLife(
              mutant.collectorJournals(journalsOf(stage)),
              life,
              () => world.between(0, 40),
            );
            onDeath(tear);
            const { outcomes } = transportOf(stage);
            await collectPartition({
              stage,
              partition,
              store: ownStore,
              journals: ownJournals,
              outcomes: outcomesOfLife(outcomes, life, witness),
              codec: plainCodec,
              clock: life.clock,
              stop,
              transportDownMs: 600_000,
            });
            if (stop.aborted) return;
          }
        });
      }
    }
  };

  startRoles(0);

  for (let drain = 0; drain < setting.drains; drain += 1) {
    world.schedule(world.between(20, 3000), () => {
      const [name, stop] = [...stops][world.between(0, stops.size - 1)] ?? [];
      if (!stop || stop.signal.aborted) return;
      world.note(`${name} is asked to stop`);
      witness.stopRequested();
      stop.abort(new Error('asked to stop'));
    });
  }

  for (let wipe = 0; wipe < setting.wipes; wipe += 1) {
    world.schedule(world.between(20, 3000), () => {
      world.note('the transport loses everything');
      witness.transportLost();
      for (const transport of transports.values()) transport.wipe();
    });
  }

  for (let loss = 0; loss < setting.consumerLosses + setting.sightLosses; loss += 1) {
    world.schedule(world.between(20, 3000), () => {
      const isOfConsumers = loss < setting.consumerLosses;
      world.note(isOfConsumers ? 'the consumers are gone' : 'the consumers lose sight of what is stored');
      for (const transport of transports.values()) {
        if (isOfConsumers) transport.loseConsumers();
        else transport.loseSight();
      }
    });
  }

  for (let change = 0; change < setting.journalDamages; change += 1) {
    world.schedule(world.between(200, 4000), () => {
      const partition = world.between(0, example.job.spec.output.partitions - 1);
      world.note(`a byte of a journal of partition ${partition} changes, and its collectors die`);
      witness.journalDamaged();
      for (const [name, life] of lives) if (name.includes(`collector-${partition}-`)) life.kill('with a damaged disk');
      for (const ofStage of journals.values())
        ofStage.change(partition, world.between(1, 3), (bytes) => flipped(bytes, world));
    });
  }
  if (damage) world.schedule(world.between(20, 3000), () => damage(objects, world));

  const wrong: string[] = [];
  const isOver = (): boolean => finished || errors.length >= 5 || witness.mostAsked > endlesslyAsked || until(objects);
  try {
    await world.run(isOver, limitMs);
    if (witness.mostAsked > endlesslyAsked) wrong.push(`an answer was asked for ${witness.mostAsked} times`);
    for (let generation = 1; generation <= setting.generations && finished; generation += 1) {
      crashesLeft = setting.crashes;
      const failures = (await newestOutput(store))?.totals.failedByClass ?? {};
      const isExtended = setting.firstLimit !== null && generation === 1;
      if (!isExtended && !Object.keys(failures).some((name) => name !== 'not-json')) break;
      finished = false;
      currentRun = generation;
      faultsEndMs = world.clock.now() + faultsUntilMs;
      startRoles(generation);
      await world.run(isOver, world.clock.now() + limitMs);
    }
  } catch (error) {
    wrong.push(error instanceof Error ? error.message : String(error));
  }
  wrong.push(...errors, ...changed);
  if (madeNothing) wrong.push(...witness.excess());
  else if (finished) {
    const repeatable = !setting.undisturbed && !setting.divergent && setting.otherVersion === null;
    wrong.push(
      ...(await faultsOfOutput(store, objects, repeatable ? await expectedObjects(variant, setting) : null, witness)),
    );
    // A damaged manifest names nothing, and the cut of an earlier history is one of its own journals.
    for (const spec of damage || from ? [] : example.job.spec.pipeline) {
      const stage = await readStage(stageFolder(store, spec.name));
      // A damaged journal no longer has the first outcomes.
      if (stage && setting.journalDamages === 0)
        wrong.push(...(await firstOutcomeViolations(objects, stage, journalsOf(stage), plainCodec.crc32)));
    }
  }
  const result: HistoryResult = {
    seed,
    wrong,
    notes: [...world.notes],
    deaths: [...deaths],
    events: world.events,
    askedTwice: witness.askedTwice,
    answers: witness.answers,
    job: example.job,
    isFinished: finished,
    errors,
    objects,
    journals,
  };
  // Node never frees a signal that has listeners, so every life that still waits ends here.
  for (const end of ends) end();
  return result;
}
