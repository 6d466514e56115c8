import { readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** What somebody needs to use a running cluster. Lies beside its kubeconfig, as cluster.json. */
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

/** The record beside a kubeconfig; null where there is none: then the cluster is not one of these. */
export async function recordBeside(kubeconfig: string): Promise<ClusterRecord | null> {
  const text = await readFile(join(dirname(kubeconfig), recordFile), 'utf8').catch(() => null);
  return text === null ? null : (JSON.parse(text) as ClusterRecord);
}
