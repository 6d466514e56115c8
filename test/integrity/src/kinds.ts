/** The kinds of faults. */

/** Each with what it does. `s3`: only where the output lies in an object store. */
export const kinds = {
  'kill coordinator': 'SIGKILL; it is started again',
  'kill collector': 'SIGKILL; it is started again',
  'kill worker': 'SIGKILL; it is started again',
  'kill engine': 'SIGKILL; it is started again on its port',
  'kill nats': 'SIGKILL; the server is started again on its store',
  'stop coordinator': 'SIGSTOP, and SIGCONT a few seconds later',
  'stop collector': 'SIGSTOP, and SIGCONT a few seconds later',
  'stop worker': 'SIGSTOP, and SIGCONT after its tasks were delivered again',
  'stop nats': 'SIGSTOP, and SIGCONT a few seconds later',
  'cut coordinator': 'its connections to NATS break, and none can be made for a few seconds',
  'cut collector': 'its connections to NATS break, and none can be made for a few seconds',
  'cut worker': 'the connections of all workers to NATS break, and none can be made for a few seconds',
  'cut engine': 'the connections to the engine break; new ones can be made at once',
  'wipe nats': 'SIGKILL; the server is started again on an empty store',
  'restore nats': 'SIGKILL; the server is started again on an earlier copy of its store',
  'truncate block': 'SIGKILL; the last block of a stream loses its end',
  'flip bit': 'SIGKILL; a bit of a block of a stream changes',
  'fill stream': 'a stream has no room for a few seconds',
  'delete consumer': 'NATS loses a consumer of the run',
  'delete stream': 'NATS loses a stream of the run',
  'twin coordinator': 'a second coordinator of the same job is started',
  'twin collector': 'a second collector of the same partitions is started',
  'twin worker': 'another worker is started',
  'failing engine': 'the next requests are answered with 500, 503 or 429',
  's3 swallows': 'the object store performs the next requests of a kind, and their answers are lost',
} as const;

export type Kind = keyof typeof kinds;

export const allKinds = Object.keys(kinds) as Kind[];

/** An engine that dies or breaks off three times with the same items in it would fail them as poison, by design. */
export const isEngineFault = (kind: Kind): boolean => kind.endsWith(' engine');

/** After these, a job may stand still until its coordinator looks into it. */
export const mayStandStill = (kind: Kind): boolean =>
  ['delete consumer', 'restore nats', 'truncate block', 'flip bit'].includes(kind);
