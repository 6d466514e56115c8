/** nats-server: finds or fetches its program, and starts private servers that die with the process that started them. */
export type { NatsCluster } from './cluster.ts';
export { startNatsCluster } from './cluster.ts';
export type { FetchableVersion, FindOptions, NatsProgram } from './program.ts';
export { fetchNatsServer, findNatsServer, natsSkipReason } from './program.ts';
export type { NatsServer, ServerOptions } from './server.ts';
export { startNatsServer } from './server.ts';
