/** Weights out of the installation's object store, which our own image fetches: the engine has no access to the store. */
import {
  addressesOf,
  ConfigurationError,
  digestOf,
  type Fleet,
  type KubernetesObject,
  type KubernetesSettings,
  kubernetesLabels,
  kubernetesNames,
  podPaths,
  type StageSpec,
} from '@proofmill/contract';
import { type Fields, literal } from './fields.ts';
import { indexedJob } from './jobs.ts';
import { labelsOf, ownContainer, podTemplate, storeAccess } from './pods.ts';
import type { StageOptions } from './stage-spec.ts';
import { fetchContainerName, modelsMount } from './weights-mount.ts';

/** Weights in an object store. */
type StoredModel = Extract<NonNullable<Fleet['model']>, { readonly s3: string }>;

/** The network policies let pods with it reach the store. */
export const storeWeightsLabels: Readonly<Record<string, string>> = { [kubernetesLabels.weights]: 's3' };

/** Whether each worker's pod fetches its own weights from there. */
export const fetchesInPod = ({ engine, fleet: { model } }: StageSpec): boolean =>
  addressesOf(engine).length === 0 && model !== undefined && 's3' in model && claimOf(model) === null;

const claimOf = ({ cache }: StoredModel): string | null => (cache && 'claim' in cache ? cache.claim : null);

/**
 * The container that fetches ahead of an engine in the same pod.
 * @throws ConfigurationError where the store knows pods by their ServiceAccount: the engine would have it, too
 */
export function storeFetchContainer(model: StoredModel, settings: KubernetesSettings, folder: string): Fields {
  if (settings.store.serviceAccount !== undefined)
    throw new ConfigurationError(
      `fleet.model.s3 (${model.s3}) needs cache: { claim: NAME } here. This installation reaches its object store by a ServiceAccount, which all containers of a pod have, the engine too; with a claim, a pod of its own fetches the weights`,
    );
  return fetching(model, settings, folder);
}

/** The Job that fetches into a claim; null where the model names none. */
export function storeWeightsJob(
  { job, stage, settings, namespace, owner }: StageOptions,
  model: StoredModel,
): KubernetesObject | null {
  const { name } = stage.definition;
  const claim = claimOf(model);
  if (claim === null) return null;
  const labels = { ...labelsOf(job, 'fetcher', name), ...storeWeightsLabels };
  const template = podTemplate(
    { ...settings, store: { env: [] } },
    {
      labels,
      containers: [fetching(model, settings, storedFolder(model))],
      volumes: [{ name: modelsMount.name, persistentVolumeClaim: { claimName: claim } }],
      graceSeconds: 30,
      serviceAccount: settings.store.serviceAccount,
      pod: settings.worker.pod,
      writesClaim: true,
    },
  );
  const jobName = kubernetesNames.weights(job.metadata.name, name);
  return indexedJob({ name: jobName, namespace, labels, owner, width: 1, containers: [fetchContainerName], template });
}

function fetching({ s3, sha256 }: StoredModel, settings: KubernetesSettings, folder: string): Fields {
  const { env, envFrom } = storeAccess(settings);
  return ownContainer(settings, {
    name: fetchContainerName,
    args: ['weights', 'fetch', literal(s3), folder, ...(sha256 === undefined ? [] : ['--sha256', sha256])],
    env,
    envFrom,
    resources: settings.fetcher.resources,
    mounts: [modelsMount],
  });
}

/** The folder of these weights in a claim that several jobs may share, named so that no two meet and no name leads elsewhere. */
export function storedFolder({ s3, sha256 }: StoredModel): string {
  const readable = s3
    .replace(/^s3:\/\//, '')
    .replaceAll(/[^A-Za-z0-9-]+/g, '-')
    .slice(-80);
  return `${podPaths.models}/${readable}-${digestOf([s3.replace(/\/+$/, ''), sha256 ?? null]).slice(0, 8)}`;
}
