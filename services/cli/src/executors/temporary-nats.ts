import { ConfigurationError } from '@proofmill/contract';
import type { Progress } from '@proofmill/coordinator';
import { findNatsServer, startNatsServer } from '@proofmill/nats-server';

export interface TemporaryNats extends AsyncDisposable {
  readonly url: string;
  /** From now on a server that ends is not started again. */
  letEnd(): void;
}

/** A NATS server of this run. When it dies it is started again, on its own port and store, until `stop` fires. */
export async function temporaryNats(progress: Progress, stop: AbortSignal): Promise<TemporaryNats> {
  const found = await findNatsServer({ report: (line) => progress.report(line) });
  if (found.path === null) {
    throw new ConfigurationError(`${found.reason} ${found.remedy} Or set NATS_URL to a server with JetStream.`);
  }
  const server = await startNatsServer({ program: found.path });
  let mayEnd = false;
  const keep = async (): Promise<void> => {
    for (;;) {
      await server.exited;
      if (mayEnd || stop.aborted) return;
      progress.report('the NATS server died; it is started again');
      await server.restart().catch(() => undefined);
    }
  };
  void keep();
  return {
    url: server.url,
    letEnd() {
      mayEnd = true;
    },
    async [Symbol.asyncDispose]() {
      mayEnd = true;
      await server[Symbol.asyncDispose]();
    },
  };
}
