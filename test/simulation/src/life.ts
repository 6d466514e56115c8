/** One life of a role: a process that may die at any of its calls. What a dead one awaits never comes. */
import { type Clock, RetryableError } from '@proofmill/contract';
import type { World } from './world.ts';

export interface Faults {
  /** Chance that a call kills its role, before or after it takes effect. */
  readonly crash: number;
  /** Chance that a call to the transport takes effect and its answer is lost. */
  readonly lostReply: number;
  /** Chance that a call is slow, and how slow at most. */
  readonly slow: number;
  readonly slowMs: number;
}

export const noFaults: Faults = { crash: 0, lostReply: 0, slow: 0, slowMs: 0 };

export interface Life {
  readonly name: string;
  readonly alive: boolean;
  readonly clock: Clock;
  /** A call that the role makes; `lossy` ones may lose their answer. */
  call<Result>(what: string, effect: () => Promise<Result>, options?: { lossy?: boolean }): Promise<Result>;
  kill(why: string): void;
}

/** A new one each time: whoever awaits it is forgotten with it. */
const never = (): Promise<never> => new Promise(() => undefined);

export function lifeOf(options: {
  world: World;
  name: string;
  /** The faults in force now. */
  faults: () => Faults;
  /** Whether one more role may be killed. */
  mayCrash: () => boolean;
  onDeath: (why: string) => void;
}): Life {
  const { world, name, faults, mayCrash, onDeath } = options;
  let alive = true;

  const kill = (why: string): void => {
    if (!alive) return;
    alive = false;
    world.note(`${name} is killed ${why}`);
    onDeath(why);
  };

  const pause = async (): Promise<void> => {
    const { slow, slowMs } = faults();
    if (world.chance() < slow) await world.clock.sleep(world.chance() ** 4 * slowMs);
    if (!alive) await never();
  };

  const crashes = (): boolean => faults().crash > 0 && mayCrash() && world.chance() < faults().crash / 2;

  return {
    name,
    get alive() {
      return alive;
    },
    clock: {
      now: world.clock.now,
      async sleep(ms, signal) {
        await world.clock.sleep(ms, signal);
        if (!alive) await never();
      },
    },
    async call(what, effect, { lossy = false } = {}) {
      if (!alive) return never();
      await pause();
      if (crashes()) {
        kill(`before ${what}`);
        return never();
      }
      const result = await effect();
      if (!alive) return never();
      if (crashes()) {
        kill(`after ${what}`);
        return never();
      }
      await pause();
      if (lossy && world.chance() < faults().lostReply)
        throw new RetryableError('lost', `the answer to ${what} was lost`, { afterMs: 100 });
      return result;
    },
    kill,
  };
}
