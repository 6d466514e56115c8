import { bringNatsServer, findNatsServer, type NatsServer, startNatsServer } from '@proofmill/jetstream';

export type { NatsServer };
export { bringNatsServer, findNatsServer };

export interface StartNats {
  /** `found`: as findNatsServer() finds it. Else the path of a program. */
  readonly version?: 'found' | (string & {});
  readonly storeDir?: string;
  readonly port?: number;
  /** More lines for the server's configuration file. */
  readonly config?: string;
}

/** Starts a real server for a test; `await using` stops it. Rejects with reason and remedy where there is none to start. */
export async function startNats({ version = 'found', ...options }: StartNats = {}): Promise<NatsServer> {
  const binary = version === 'found' ? await pathOrReason() : version;
  return startNatsServer({ binary, ...options });
}

/** Empty, or why tests with a real server cannot run here and what would help: the title of the skipped suite. */
export async function natsSkipReason(): Promise<string> {
  const found = await findNatsServer();
  return found.path === null ? `${found.reason} ${found.remedy}` : '';
}

async function pathOrReason(): Promise<string> {
  const found = await findNatsServer();
  if (found.path === null) throw new Error(`${found.reason} ${found.remedy}`);
  return found.path;
}
