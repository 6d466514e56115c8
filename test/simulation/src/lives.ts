/** The lives of all roles: each role is started again until it has done its part. */
import { isTemporary } from '@proofmill/contract';
import { type Life, lifeOf, noFaults } from './life.ts';
import type { Scene } from './scene.ts';

/** One life of a role. `onDeath` takes what a death does besides. */
export type Live = (life: Life, stop: AbortSignal, onDeath: (act: () => void) => void) => Promise<unknown>;

/** A history with so many mistakes is over. */
const mostErrors = 5;

export class Lives {
  readonly #scene: Scene;
  readonly #stops = new Map<string, AbortController>();
  readonly #current = new Map<string, Life>();
  readonly #ends: (() => void)[] = [];
  readonly deaths: string[] = [];
  /** Errors that ended a role, and that no fault explains. */
  readonly errors: string[] = [];

  constructor(scene: Scene) {
    this.#scene = scene;
  }

  get haveFailed(): boolean {
    return this.errors.length >= mostErrors;
  }

  /** Starts a role of the run under way, and again after each death and each stop. */
  keepRunning(name: string, live: Live): void {
    const { world, run } = this.#scene;
    let number = 0;
    const begin = (): void => {
      if (this.#scene.isFinished || this.#scene.run !== run) return;
      number += 1;
      this.#begin(name, number, live, begin);
    };
    world.schedule(world.chance() * 20, begin);
  }

  /** Asks a role by chance to stop, as SIGTERM does. */
  stopOne(): void {
    const { world, witness } = this.#scene;
    const [name, stop] = [...this.#stops][world.between(0, this.#stops.size - 1)] ?? [];
    if (!stop || stop.signal.aborted) return;
    world.note(`${name} is asked to stop`);
    witness.mayLeaveOut();
    stop.abort(new Error('asked to stop'));
  }

  /** Makes a role by chance stand still for a while. */
  freezeOne(ms: number): void {
    const { world } = this.#scene;
    const [name, life] = [...this.#current][world.between(0, this.#current.size - 1)] ?? [];
    world.note(`${name} stands still for ${ms / 1000} s`);
    life?.freeze(ms);
  }

  /** Kills the roles whose name has this text. */
  kill(text: string, reason: string): void {
    for (const [name, life] of this.#current) if (name.includes(text)) life.kill(reason);
  }

  /** Node never frees a signal that has listeners, so every life that still waits ends here. */
  endAll(): void {
    for (const end of this.#ends) end();
  }

  #begin(name: string, number: number, live: Live, begin: () => void): void {
    const scene = this.#scene;
    const { world, setting } = scene;
    const acts: (() => void)[] = [];
    const stop = new AbortController();
    this.#stops.set(name, stop);
    const life = lifeOf({
      world,
      name: `${name}#${number}`,
      faults: () => (world.clock.now() < scene.faultsEndMs ? setting.faults : noFaults),
      mayCrash: () => scene.crashesLeft > 0,
      onDeath: (reason) => {
        scene.crashesLeft -= 1;
        this.deaths.push(`${name} ${reason}`);
        for (const act of acts) act();
        world.schedule(world.between(1, 3000), begin);
      },
    });
    this.#current.set(name, life);
    this.#ends.push(() => {
      life.kill('at the end');
      stop.abort();
    });
    const ended = (): void => {
      this.#stops.delete(name);
      if (stop.signal.aborted && life.alive) world.schedule(world.between(1, 3000), begin);
    };
    live(life, stop.signal, (act) => acts.push(act)).then(ended, (error: unknown) => this.#failed(life, error, begin));
  }

  #failed(life: Life, error: unknown, begin: () => void): void {
    const { world } = this.#scene;
    const line = `${life.name} ends: ${error instanceof Error ? `${error.name} ${error.message}` : String(error)}`;
    world.note(line);
    if (!life.alive) return;
    // Deaths and losses are never so many that sending is pointless.
    if (!isTemporary(error) || error.code === 'no-outcomes') this.errors.push(line);
    if (!this.haveFailed) world.schedule(1000, begin);
  }
}
