/** A real S3 server for tests: versitygw over a folder. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { findVersitygw, remedy } from './program.ts';

/** Empty, or why tests with S3 cannot run here and how to make them run: the title of the skipped suite. */
export const s3SkipReason = async (): Promise<string> =>
  (await findVersitygw()) === null ? `There is no versitygw. ${remedy}` : '';

export interface S3Server extends AsyncDisposable {
  /** What a process needs to use the server: endpoint and credentials, as the SDK reads them. */
  readonly env: Readonly<Record<string, string>>;
  readonly bucket: string;
  /** The folder that holds its objects as files: BUCKET/KEY. */
  readonly folder: string;
  /** Stores an object without a request, as a file of the server. */
  put(key: string, content: Uint8Array): Promise<void>;
  /** Kills the server, as in a crash; its files stay. */
  kill(): Promise<void>;
  /** Starts it again at the same address with the same files. */
  restart(): Promise<void>;
}

/** Starts a server with one empty bucket; `await using` stops it and removes its files. `host`: the address it listens on. */
export async function startS3({ host = '127.0.0.1' }: { readonly host?: string } = {}): Promise<S3Server> {
  const program = await findVersitygw();
  if (program === null) throw new Error(`There is no versitygw. ${remedy}`);
  const folder = await mkdtemp(join(tmpdir(), 'proofmill-s3-'));
  const bucket = 'labels';
  await mkdir(join(folder, bucket));
  const port = await freePort(host);
  const keys = { ROOT_ACCESS_KEY: 'test-access', ROOT_SECRET_KEY: 'test-secret-of-this-run' };
  const endpoint = `http://${host}:${port}`;

  const start = async () => {
    const child = spawn(program, ['--port', `${host}:${port}`, 'posix', folder], {
      env: { ...process.env, ...keys },
      stdio: 'ignore',
    });
    for (let tries = 0; tries < 600; tries += 1) {
      if (child.exitCode !== null) throw new Error(`versitygw ended with ${child.exitCode}`);
      if (await answers(endpoint)) return child;
      await pause(50);
    }
    child.kill('SIGKILL');
    throw new Error('versitygw does not answer within 30 s');
  };

  let child = await start();
  const kill = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  };
  return {
    bucket,
    folder,
    async put(key, content) {
      const path = join(folder, bucket, key);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, content);
    },
    env: {
      AWS_ENDPOINT_URL: endpoint,
      AWS_ACCESS_KEY_ID: keys.ROOT_ACCESS_KEY,
      AWS_SECRET_ACCESS_KEY: keys.ROOT_SECRET_KEY,
      AWS_REGION: 'us-east-1',
    },
    kill,
    async restart() {
      child = await start();
    },
    async [Symbol.asyncDispose]() {
      await kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

const answers = (endpoint: string): Promise<boolean> =>
  fetch(endpoint).then(
    () => true,
    () => false,
  );

async function freePort(host: string): Promise<number> {
  const server = createServer().listen(0, host);
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  return port;
}
