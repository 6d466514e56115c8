/** What an installation and a job add to pods: never in place of anything that Proofmill sets itself. */
import {
  ConfigurationError,
  type FleetPod,
  type KubernetesSettings,
  type PodVolume,
  podPaths,
  type RolePod,
} from '@proofmill/contract';
import { emptyFolder, type Fields, given } from './fields.ts';

/** The additions of an installation with those of a job's fleet: lists grow, names and single values are the job's. */
export function mergedPod(
  installation: RolePod,
  fleet: FleetPod & Pick<RolePod, 'nodeSelector' | 'tolerations' | 'priorityClass'>,
): RolePod {
  return {
    ...installation,
    ...defined(fleet),
    labels: { ...installation.labels, ...fleet.labels },
    annotations: { ...installation.annotations, ...fleet.annotations },
    nodeSelector: { ...installation.nodeSelector, ...fleet.nodeSelector },
    tolerations: [...(installation.tolerations ?? []), ...(fleet.tolerations ?? [])],
    topologySpread: spread([...(installation.topologySpread ?? []), ...(fleet.topologySpread ?? [])]),
  };
}

/** One constraint for each key and way, which is what makes them different for Kubernetes: the last. */
const spread = (constraints: NonNullable<RolePod['topologySpread']>): NonNullable<RolePod['topologySpread']> => [
  ...new Map(constraints.map((one) => [`${one.topologyKey} ${one.whenUnsatisfiable}`, one])).values(),
];

const defined = (fields: Fields): Fields =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));

/** The fields of a pod's spec. `labels` select the pods of the same role, job and stage. */
export const addedSpec = (pod: RolePod, labels: Readonly<Record<string, string>>): Fields => ({
  ...given('nodeSelector', pod.nodeSelector),
  ...given('tolerations', pod.tolerations),
  ...given('priorityClassName', pod.priorityClass),
  ...given('affinity', pod.affinity),
  ...given('runtimeClassName', pod.runtimeClass),
  ...given(
    'topologySpreadConstraints',
    (pod.topologySpread ?? []).map((spread) => ({ ...spread, labelSelector: { matchLabels: labels } })),
  ),
});

/** The volumes that a job adds to its engine, each with its mount. */
export interface AddedVolumes {
  readonly volumes: readonly Fields[];
  readonly mounts: readonly Fields[];
}

interface Adding {
  /** Begins a sentence. */
  readonly where: string;
  readonly field: string;
  /** The claim of the weights, which the pod mounts by itself; null for none. */
  readonly weights: string | null;
}

/** ConfigurationError for a volume that the installation does not allow, or with which the pod would never start. */
export function addedVolumes(adding: Adding, { volumes = [] }: FleetPod, settings: KubernetesSettings): AddedVolumes {
  return {
    volumes: volumes.map((volume) => ({ name: nameOf(volume), ...sourceOf(adding, volume, settings) })),
    mounts: volumes.map((volume) => ({
      name: nameOf(volume),
      mountPath: volume.path,
      ...given('readOnly', 'size' in volume || ('claim' in volume && volume.readOnly === false) ? undefined : true),
    })),
  };
}

/** Apart from all names of ours. */
const nameOf = ({ name }: PodVolume): string => `job-${name}`;

function sourceOf({ where, field, weights }: Adding, volume: PodVolume, settings: KubernetesSettings): Fields {
  const refuse = (why: string): never => {
    throw new ConfigurationError(`${where}: the volume ${volume.name} of ${field} ${why}`);
  };
  if ('size' in volume) {
    const { emptyDir } = emptyFolder('', { sizeLimit: volume.size });
    return { emptyDir };
  }
  if ('configMap' in volume) return { configMap: { name: volume.configMap } };
  if ('claim' in volume) {
    const { claim: claimName, readOnly = true } = volume;
    if (claimName === settings.store.volume?.claim) {
      return refuse(
        `is the claim ${claimName}, which holds corpus and output: it is not for other containers. Name another claim`,
      );
    }
    if (claimName === weights) {
      return refuse(
        `is the claim ${claimName}, which has the weights: it is at ${podPaths.models} already, and a pod with two volumes of one claim never starts. Use its folders there`,
      );
    }
    return { persistentVolumeClaim: { claimName, ...given('readOnly', readOnly ? true : undefined) } };
  }
  if ('secret' in volume) {
    const own = [settings.nats.secret, settings.store.secret];
    if (own.includes(volume.secret)) {
      return refuse(
        `is the Secret ${volume.secret}, which belongs to the installation: no other container holds it. Name another Secret`,
      );
    }
    return { secret: { secretName: volume.secret } };
  }
  const { nodePath } = volume;
  const isAllowed = settings.engine.nodePaths.some(
    (folder) => nodePath === folder || nodePath.startsWith(`${folder.replace(/\/+$/, '')}/`),
  );
  if (!isAllowed || nodePath.split('/').includes('..')) {
    const allowed = settings.engine.nodePaths.join(', ') || 'none';
    return refuse(
      `is the folder ${nodePath} of a node, which the installation does not allow (engine.nodePaths: ${allowed}). Take a claim, or ask whoever runs the installation`,
    );
  }
  return { hostPath: { path: nodePath, type: 'Directory' } };
}
