import { readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** What a user of a running cluster needs to know. Stored beside its kubeconfig, as cluster.json. */
export interface ClusterRecord {
  name: string;
  kubeconfig: string;
  nodeAddress: string;
  hostAddress: string;
  /** For `ctr --address`, to load images. */
  containerdSocket: string;
}

const recordFile = 'cluster.json';

export async function writeRecord(folder: string, record: ClusterRecord): Promise<void> {
  const file = join(folder, recordFile);
  await writeFile(`${file}.partial`, `${JSON.stringify(record, null, 2)}\n`);
  await rename(`${file}.partial`, file);
}

/** The record beside a kubeconfig; null if there is none: then this tool did not start the cluster. */
export async function recordBeside(kubeconfig: string): Promise<ClusterRecord | null> {
  const text = await readFile(join(dirname(kubeconfig), recordFile), 'utf8').catch(() => null);
  return text === null ? null : (JSON.parse(text) as ClusterRecord);
}
