/**
 * Deaths on purpose, for tests: with PROOFMILL_CRASH_AT set to `before journals.create.sync` or `after store.write manifests#2`
 * the process kills itself with SIGKILL at that call (the second one, with #2). Without the variable nothing is wrapped.
 *
 * A call is named by port and method; what a method gives (a delivery, a journal writer) continues the name, and a path
 * adds the folder it lies in.
 */
export function crashPoint<Port extends object>(name: string, port: Port): Port {
  const wanted = process.env.PROOFMILL_CRASH_AT;
  return wanted === undefined ? port : wrap(name, port, wanted);
}

const counts = new Map<string, number>();

function wrap<Port extends object>(name: string, port: Port, wanted: string): Port {
  return new Proxy(port, {
    get(target, key) {
      const value: unknown = Reflect.get(target, key);
      if (typeof key !== 'string' || typeof value !== 'function') return value;
      return (...inputs: unknown[]) => {
        const call = `${name}.${key}${folderOf(inputs[0])}`;
        die(`before ${call}`, wanted);
        const result: unknown = Reflect.apply(value, target, inputs);
        if (!(result instanceof Promise)) return result;
        return result.then((given: unknown) => {
          die(`after ${call}`, wanted);
          return continued(`${name}.${key}`, given, wanted);
        });
      };
    },
  });
}

/** Deliveries and writers have calls of their own. */
function continued(name: string, given: unknown, wanted: string): unknown {
  if (Array.isArray(given)) return given.map((one: unknown) => continued(name, one, wanted));
  const hasCalls =
    given !== null && typeof given === 'object' && Object.values(given).some((value) => typeof value === 'function');
  return hasCalls ? wrap(name, given, wanted) : given;
}

function folderOf(input: unknown): string {
  const path = typeof input === 'function' ? String(input('0')) : input;
  if (typeof path !== 'string' || !path.includes('/')) return '';
  const parts = path.split('/');
  return ` ${parts[0] === '.proofmill' ? parts[2] : parts[0]}`;
}

function die(event: string, wanted: string): void {
  const count = (counts.get(event) ?? 0) + 1;
  counts.set(event, count);
  if (wanted === event || wanted === `${event}#${count}`) process.kill(process.pid, 'SIGKILL');
}
