import { watched } from './watched.ts';

/** Wraps a port that a role is about to use; `name` says which port. */
export type PortMeters = <Port extends object>(name: string, port: Port) => Port;

/** Ports by the names that roles give them, each with what counts it. */
type Counted = Readonly<Record<string, (port: never) => object>>;

/** Calls `turn` with the name of a port for whatever happens at it, and counts the ports of the table. */
export const portMeters =
  (turn: (name: string) => void, counted: Counted): PortMeters =>
  <Port extends object>(name: string, port: Port): Port => {
    const seen = watched(port, () => turn(name));
    // A name stands for one kind of port, in the role and in the table.
    return (counted[name]?.(seen as never) ?? seen) as Port;
  };
