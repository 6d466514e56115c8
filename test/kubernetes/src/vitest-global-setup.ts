/**
 * One cluster for all test files: that of KUBECONFIG if `npm run cluster:up` started it, else one that belongs to this run. A
 * KUBECONFIG of any other cluster is not used, as tests must not touch it. Also the images, built once from this checkout.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeNatsImage, writeProofmillImage } from '@proofmill/image';
import {
  type ClusterRecord,
  clusterSkipReason,
  type OwnCluster,
  recordBeside,
  startCluster,
} from '@proofmill/one-node-cluster';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Null where there is no cluster. */
    cluster: ClusterRecord | null;
    /** Why there is no cluster and what would help; empty where there is. */
    noCluster: string;
    /** Files that the node can load; null where there is no cluster. */
    imageArchives: { readonly proofmill: string; readonly nats: string } | null;
  }
}

const print = (line: string): void => void process.stderr.write(`${line}\n`);

let own: OwnCluster | undefined;
let folder: string | undefined;

export async function setup(project: TestProject): Promise<void> {
  const { KUBECONFIG } = process.env;
  const given = KUBECONFIG ? await recordBeside(KUBECONFIG) : null;
  if (KUBECONFIG && !given) print(`${KUBECONFIG} is not of a cluster that npm run cluster:up brought up: not used.`);
  const noCluster = given ? '' : await clusterSkipReason();
  if (noCluster) print(`Skipped: ${noCluster}`);
  else folder = await mkdtemp(join(tmpdir(), 'proofmill-images-'));
  const imageArchives = folder === undefined ? null : await writeImages(folder);
  if (!given && !noCluster) own = await startCluster({ log: print });
  project.provide('imageArchives', imageArchives);
  project.provide('cluster', given ?? (own ? recordOf(own) : null));
  project.provide('noCluster', noCluster);
}

export async function teardown(): Promise<void> {
  await own?.stop();
  if (folder !== undefined) await rm(folder, { recursive: true, force: true });
}

async function writeImages(into: string): Promise<{ proofmill: string; nats: string }> {
  const proofmill = await writeProofmillImage(join(into, 'proofmill.tar'));
  const nats = await writeNatsImage(join(into, 'nats.tar'));
  return { proofmill: proofmill.file, nats: nats.file };
}

/** Values that can be sent to the processes that run the tests. */
const recordOf = ({ name, kubeconfig, nodeAddress, hostAddress, containerdSocket }: OwnCluster): ClusterRecord => ({
  name,
  kubeconfig,
  nodeAddress,
  hostAddress,
  containerdSocket,
});
