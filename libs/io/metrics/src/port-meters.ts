import { watched } from './watched.ts';

/** Wraps a port that a role is about to use; `name` says which port. */
export type PortMeters = <Port extends object>(name: string, port: Port) => Port;

/** Ports by the names that roles give them, each with what counts it. */
type Counted = Readonly<Record<string, (port: never) => object>>;

/** Calls `turn` for whatever happens at a port, and counts the ports of the table. */
export const portMeters =
  (turn: () => void, counted: Counted): PortMeters =>
  <Port extends object>(name: string, port: Port): Port => {
    const seen = watched(port, turn);
    // A name stands for one kind of port, in the role and in the table.
    return (counted[name]?.(seen as never) ?? seen) as Port;
  };
