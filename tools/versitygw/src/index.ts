/** versitygw, the S3 server that tests run on: its program, and a running server. */
export { bringVersitygw } from './program.ts';
export type { S3Server } from './server.ts';
export { s3SkipReason, startS3 } from './server.ts';
