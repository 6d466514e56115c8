export type { NatsServer, StartNats } from './nats.ts';
export { bringNatsServer, findNatsServer, natsSkipReason, startNats } from './nats.ts';
