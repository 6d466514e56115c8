/** versitygw, the S3 server that tests use: its program, and running servers. */
export { buildVersitygw } from './program.ts';
export type { S3Server } from './server.ts';
export { s3SkipReason, startS3 } from './server.ts';
