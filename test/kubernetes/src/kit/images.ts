/** Proofmill's image and that of NATS on the node: made of this checkout, once for a run of the tests. */

import type { Cluster } from '@proofmill/one-node-cluster';
import { inject } from 'vitest';

/** Names by which pods have them, with imagePullPolicy IfNotPresent or Never. */
export interface OwnImages {
  readonly proofmill: string;
  readonly nats: string;
}

/** Loads both into the node; quick where they are there already. */
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
