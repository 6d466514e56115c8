/** An engine on this machine, which pods reach by its address: its request log shows what was asked twice. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Cluster } from '@proofmill/one-node-cluster';
import { type Engine, exampleCorpus, startEngine, undisturbed } from '@proofmill/test-integration';
import { until } from './until.ts';

export interface Witness extends AsyncDisposable {
  readonly url: string;
  /** Resolves when it has answered this share of the requests of an undisturbed run over so many records. */
  reached(share: number, records: number): Promise<void>;
  /** Items of which an answer was requested again. */
  itemsTwice(): number;
}

let witnesses = 0;

export async function startWitness(cluster: Cluster, timeScale: number): Promise<Witness> {
  witnesses += 1;
  const folder = await mkdtemp(join(tmpdir(), 'proofmill-witness-'));
  const mark = `witness-${process.pid}-${witnesses}`;
  const log = join(folder, 'requests.jsonl');
  const engine: Engine = await startEngine({ log, gold: exampleCorpus, mark, timeScale, host: cluster.hostAddress });
  return {
    url: engine.url,
    async reached(share, records) {
      const { logBytes } = await undisturbed({ records });
      const isReached = async (): Promise<boolean> => engine.logBytes() >= share * logBytes;
      await until(`the engine has done ${share} of its work`, isReached, { withinMs: 300_000 });
    },
    itemsTwice: () => engine.asked().itemsTwice,
    async [Symbol.asyncDispose]() {
      await engine.role.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
