export type { NatsServer, StartNats } from './nats.ts';
export { bringNatsServer, findNatsServer, natsSkipReason, startNats } from './nats.ts';
export type { S3Server } from './s3.ts';
export { s3SkipReason, startS3 } from './s3.ts';
