/** The roles of a run by part, over all of their lives, and the most memory that each part had. */
import type { Child } from '../child.ts';
import { figuresOf } from '../process-figures.ts';

const lookMs = 200;

export interface WatchedRoles extends Disposable {
  /** Watches the process of a part, in place of an earlier one. */
  watch(part: string, role: { readonly pid: number }): void;
  /** By part, in bytes. */
  peaks(): ReadonlyMap<string, number>;
}

export function watchedRoles(): WatchedRoles {
  const pids = new Map<string, number>();
  const peaks = new Map<string, number>();
  const look = (): void => {
    for (const [part, pid] of pids) {
      const figures = figuresOf(pid);
      if (figures) peaks.set(part, Math.max(peaks.get(part) ?? 0, figures.peakBytes));
    }
  };
  const timer = setInterval(look, lookMs);
  return {
    watch(part, { pid }) {
      look();
      pids.set(part, pid);
    },
    peaks() {
      look();
      return peaks;
    },
    [Symbol.dispose]: () => clearInterval(timer),
  };
}

/** Kills a role as a lost machine does. */
export async function killed(role: Child): Promise<void> {
  process.kill(role.pid, 'SIGKILL');
  await role.ended;
}
