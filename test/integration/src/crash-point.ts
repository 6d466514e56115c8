/**
 * Deaths on purpose: at the call `before journals.create.sync`, or `after store.write manifests#2`, the process kills itself with
 * SIGKILL (with #2, at the second such call).
 *
 * A call is named by port and method. What a method gives (a delivery, a journal writer) continues the name, and a path adds the
 * folder it lies in.
 */
import type { PortDecorator } from '@proofmill/runtime';

/** Wraps the ports of this process, which dies at `event`. */
export function crashAt(event: string): PortDecorator {
  const counts = new Map<string, number>();
  const pass = (call: string): void => {
    const count = (counts.get(call) ?? 0) + 1;
    counts.set(call, count);
    if (event === call || event === `${call}#${count}`) process.kill(process.pid, 'SIGKILL');
  };

  const wrapped: PortDecorator = (name, port) =>
    new Proxy(port, {
      get(target, key) {
        const value: unknown = Reflect.get(target, key);
        if (typeof key !== 'string' || typeof value !== 'function') return value;
        return (...inputs: unknown[]) => {
          const call = `${name}.${key}${folderOf(inputs[0])}`;
          pass(`before ${call}`);
          const result: unknown = Reflect.apply(value, target, inputs);
          if (!(result instanceof Promise)) return result;
          return result.then((given: unknown) => {
            pass(`after ${call}`);
            return continued(`${name}.${key}`, given);
          });
        };
      },
    });

  /** Deliveries and writers have calls of their own. */
  const continued = (name: string, given: unknown): unknown => {
    if (Array.isArray(given)) return given.map((element: unknown) => continued(name, element));
    const hasCalls =
      given !== null && typeof given === 'object' && Object.values(given).some((value) => typeof value === 'function');
    return hasCalls ? wrapped(name, given) : given;
  };

  return wrapped;
}

function folderOf(input: unknown): string {
  const path = typeof input === 'function' ? String(input('0')) : input;
  if (typeof path !== 'string' || !path.includes('/')) return '';
  const parts = path.split('/');
  return ` ${parts[0] === '.proofmill' ? parts[2] : parts[0]}`;
}
