/** A nats-server: its program, found or fetched, and a server of one's own that dies with its process. */
export type { BroughtVersion, FindOptions, NatsProgram } from './program.ts';
export { bringNatsServer, findNatsServer, natsSkipReason } from './program.ts';
export type { NatsServer, ServerOptions } from './server.ts';
export { startNatsServer } from './server.ts';
