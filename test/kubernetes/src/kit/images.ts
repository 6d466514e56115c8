/** The images of Proofmill and NATS on the node: built from this checkout, once for each run of the tests. */
import type { Cluster } from '@proofmill/one-node-cluster';
import { inject } from 'vitest';

/** The names by which pods refer to them, with imagePullPolicy IfNotPresent or Never. */
export interface OwnImages {
  readonly proofmill: string;
  readonly nats: string;
}

/** Loads both into the node; quick where the node has them already. */
export async function ownImages(cluster: Cluster): Promise<OwnImages> {
  const archives = inject('imageArchives');
  if (archives === null) throw new Error('There are no images where there is no cluster.');
  const load = async (file: string): Promise<string> => {
    const [name] = await cluster.loadImage(file);
    if (name === undefined) throw new Error(`${file} holds no image.`);
    return name;
  };
  return { proofmill: await load(archives.proofmill), nats: await load(archives.nats) };
}
