/** One life of a role: a process that may die at any of its calls. What a dead role awaits never arrives. */
import { type Clock, RetryableError } from '@proofmill/contract';
import type { World } from './world.ts';

export interface Faults {
  /** Chance that a call kills its role, before or after it takes effect. */
  readonly crash: number;
  /** Calls that only look kill nobody: there are so many of them that few deaths would be left for those that change something. */
  readonly sparesLooks: boolean;
  /** Chance that a call to the transport takes effect and its answer is lost. */
  readonly lostReply: number;
  /** Chance that a call is slow, and its longest delay. */
  readonly slow: number;
  readonly slowMs: number;
}

export const noFaults: Faults = { crash: 0, sparesLooks: false, lostReply: 0, slow: 0, slowMs: 0 };

export interface Life {
  readonly name: string;
  readonly alive: boolean;
  readonly clock: Clock;
  /** Makes a call of the role; a `lossy` one may lose its answer. */
  call<Result>(step: string, effect: () => Promise<Result>, options?: { lossy?: boolean }): Promise<Result>;
  kill(reason: string): void;
  /** Stands still for so long: what it awaits arrives afterwards, and it starts nothing meanwhile. */
  freeze(ms: number): void;
}

/** The calls that change nothing. */
const look =
  /^(store\.(read|list)|journals\.(epochs|lengthOfEnded|read)|corpus\.|dispatch\.(queued|drained|demand|mark))/;

/** A new promise each time, which is collected together with whatever awaits it. */
const never = (): Promise<never> => new Promise(() => undefined);

export function lifeOf(options: {
  world: World;
  name: string;
  /** The faults in force now. */
  faults: () => Faults;
  /** Whether one more role may be killed. */
  mayCrash: () => boolean;
  onDeath: (reason: string) => void;
}): Life {
  const { world, name, faults, mayCrash, onDeath } = options;
  let alive = true;
  let frozenUntilMs = 0;

  const kill = (reason: string): void => {
    if (!alive) return;
    alive = false;
    world.note(`${name} is killed ${reason}`);
    onDeath(reason);
  };

  const thaw = async (): Promise<void> => {
    while (world.clock.now() < frozenUntilMs) await world.clock.sleep(frozenUntilMs - world.clock.now());
  };

  const pause = async (): Promise<void> => {
    const { slow, slowMs } = faults();
    if (world.chance() < slow) await world.clock.sleep(world.chance() ** 4 * slowMs);
    await thaw();
    if (!alive) await never();
  };

  const crashes = (step: string): boolean => {
    const { crash, sparesLooks } = faults();
    if (crash === 0 || !mayCrash() || (sparesLooks && look.test(step))) return false;
    return world.chance() < crash / 2;
  };

  return {
    name,
    get alive() {
      return alive;
    },
    clock: {
      now: world.clock.now,
      async sleep(ms, signal) {
        await world.clock.sleep(ms, signal);
        await thaw();
        if (!alive) await never();
      },
    },
    async call(step, effect, { lossy = false } = {}) {
      if (!alive) return never();
      await pause();
      if (crashes(step)) {
        kill(`before ${step}`);
        return never();
      }
      const result = await effect();
      if (!alive) return never();
      if (crashes(step)) {
        kill(`after ${step}`);
        return never();
      }
      await pause();
      if (lossy && world.chance() < faults().lostReply)
        throw new RetryableError('lost', `the answer to ${step} was lost`, { afterMs: 100 });
      return result;
    },
    kill,
    freeze(ms) {
      frozenUntilMs = Math.max(frozenUntilMs, world.clock.now() + ms);
    },
  };
}
