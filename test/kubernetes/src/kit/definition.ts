/** Definitions of custom resources, above all that of ScoringJobs, which the whole cluster shares. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Cluster } from '@proofmill/one-node-cluster';
import { parse } from 'yaml';
import type { JobObject } from './jobs.ts';
import { until } from './until.ts';

const folder = join(import.meta.dirname, '../../../../k8s/crd');
const scoringJobs = 'scoringjobs.proofmill.dev';

/** The objects that belong together: the definition of ScoringJobs, and the roles of those who use them. */
export const definitionObjects: readonly string[] = [
  `crd/${scoringJobs}`,
  'clusterrole/proofmill-view',
  'clusterrole/proofmill-edit',
];

/** Changes the schema of a ScoringJob, so that the definition is that of another version. */
export type SchemaChange = (properties: JobObject) => void;

/** The definition of this checkout, changed like that. */
export async function definitionWith(change: SchemaChange): Promise<JobObject> {
  const definition = parse(await readFile(join(folder, 'scoringjobs.yaml'), 'utf8'));
  change(definition.spec.versions[0].schema.openAPIV3Schema.properties);
  return definition;
}

/** Applies k8s/crd, or with a change the definition alone, and resolves when ScoringJobs are served. */
export async function applyDefinition(cluster: Cluster, change?: SchemaChange): Promise<void> {
  const apply = ['apply', '--server-side', '--force-conflicts'];
  if (change === undefined) await cluster.kubectl([...apply, '-k', folder]);
  else await cluster.kubectl([...apply, '-f', '-'], { input: JSON.stringify(await definitionWith(change)) });
  await established(cluster, scoringJobs);
}

/** Removes the definition with its roles, and all ScoringJobs with it. On a busy machine the API server takes more than a minute for that. */
export const removeDefinition = (cluster: Cluster): Promise<string> =>
  cluster.kubectl(['delete', ...definitionObjects, '--ignore-not-found', '--timeout=180s']);

/** Resolves when the API server serves the kind. `kubectl wait` fails while the definition has no status. */
export const established = (cluster: Cluster, definition: string): Promise<true> =>
  until(`${definition} is served`, async () => {
    const { status = {} } = JSON.parse(await cluster.kubectl(['get', `crd/${definition}`, '-o', 'json'])) as {
      status?: { conditions?: { type: string; status: string }[] | null };
    };
    return status.conditions?.some((one) => one.type === 'Established' && one.status === 'True');
  });
