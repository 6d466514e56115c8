/** All sockets of one simulator: they live, die and come back together. */
import { type Handle, type Listener, listen, type Where } from './listener.ts';

/** A socket that can be closed. */
export interface OpenListener {
  readonly url: string;
  close(): Promise<void>;
}

export interface Listeners {
  open(where: Where): Promise<OpenListener>;
  readonly isDead: boolean;
  /** Refuses connections, for `reviveAfterMs` or, where that is null, for ever. */
  die(reviveAfterMs: number | null): void;
  close(drainMs: number): Promise<void>;
}

export function createListeners(keepAliveMs: number, drainMs: number, handle: Handle): Listeners {
  const listeners = new Set<Listener>();
  let isDead = false;
  let revival: NodeJS.Timeout | undefined;

  return {
    async open(where) {
      const listener = await listen(where, keepAliveMs, handle);
      listeners.add(listener);
      return {
        url: listener.url,
        close: async () => {
          listeners.delete(listener);
          await listener.close(drainMs);
        },
      };
    },
    get isDead() {
      return isDead;
    },
    die(reviveAfterMs) {
      isDead = true;
      for (const listener of listeners) listener.die();
      if (reviveAfterMs === null) return;
      revival = setTimeout(() => {
        isDead = false;
        for (const listener of listeners) void listener.revive();
      }, reviveAfterMs);
    },
    async close(closingDrainMs) {
      clearTimeout(revival);
      await Promise.all([...listeners].map((listener) => listener.close(closingDrainMs)));
      listeners.clear();
    },
  };
}
