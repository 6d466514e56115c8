/** What all pods have in common: they pass the restricted Pod Security Standard, and only the driver reaches the API server. */
import {
  type Job,
  type KubernetesSettings,
  kubernetesLabels,
  podPaths,
  type RolePod,
  signingVariable,
} from '@proofmill/contract';
import { emptyFolder, environment, type Fields, folderOf, given, secretVariable, variable } from './fields.ts';
import { addedSpec } from './pod-additions.ts';

export type Component = 'driver' | 'worker' | 'collector' | 'fetcher';

/** The user of our image. Engines run as the same user, as an engine and its worker share a socket. */
const userId = 65532;

export const labelsOf = (job: Job, component: Component, stage?: string): Readonly<Record<string, string>> => ({
  [kubernetesLabels.name]: 'proofmill',
  [kubernetesLabels.component]: component,
  [kubernetesLabels.managedBy]: 'proofmill',
  [kubernetesLabels.job]: job.metadata.name,
  ...(stage === undefined ? {} : { [kubernetesLabels.stage]: stage }),
});

export interface PodParts {
  readonly labels: Readonly<Record<string, string>>;
  readonly containers: readonly Fields[];
  readonly initContainers?: readonly Fields[];
  readonly volumes: readonly Fields[];
  readonly graceSeconds: number;
  readonly serviceAccount?: string | undefined;
  /** Whether a ServiceAccount token is mounted: only in the driver. */
  readonly token?: boolean;
  /** What installation and job add to the pods of this role. */
  readonly pod: RolePod;
  /** Whether it writes a claim that is not the store's. */
  readonly writesClaim?: boolean;
  /** What else its role needs in the spec. */
  readonly more?: Fields;
  /** Beside those of the installation. */
  readonly imagePullSecrets?: readonly string[];
}

/** The template of a Job's pods. */
export function podTemplate(settings: KubernetesSettings, parts: PodParts): Fields {
  const { pods } = settings;
  const pullSecrets = new Set([...settings.imagePullSecrets, ...(parts.imagePullSecrets ?? [])]);
  return {
    metadata: {
      labels: { ...pods.labels, ...parts.pod.labels, ...parts.labels },
      ...given('annotations', { ...pods.annotations, ...parts.pod.annotations }),
    },
    spec: {
      restartPolicy: 'Never',
      terminationGracePeriodSeconds: parts.graceSeconds,
      automountServiceAccountToken: parts.token ?? false,
      enableServiceLinks: false,
      ...asNoFirstProcess(parts),
      ...given('serviceAccountName', parts.serviceAccount),
      ...given(
        'imagePullSecrets',
        [...pullSecrets].map((name) => ({ name })),
      ),
      securityContext: securityOf(settings, parts.writesClaim ?? false),
      ...given('initContainers', [...(parts.initContainers ?? [])]),
      containers: parts.containers,
      volumes: [emptyFolder('tmp'), ...authoritiesVolume(settings), ...parts.volumes],
      ...addedSpec(parts.pod, parts.labels),
      ...parts.more,
    },
  };
}

/** Without a fixed user the cluster gives each namespace one, and a group for its volumes. */
const securityOf = ({ pods, store }: KubernetesSettings, writesClaim: boolean): Fields => ({
  runAsNonRoot: true,
  ...(pods.fixedUser ? { runAsUser: userId, runAsGroup: userId } : {}),
  // A claim is often writable only by its group.
  ...((store.volume || writesClaim) && pods.fixedUser
    ? { fsGroup: userId, fsGroupChangePolicy: 'OnRootMismatch' }
    : {}),
  seccompProfile: { type: 'RuntimeDefault' },
});

const authoritiesVolume = ({ pods: { authorities } }: KubernetesSettings): Fields[] =>
  authorities === undefined
    ? []
    : [
        {
          name: 'authorities',
          configMap: { name: authorities.configMap, items: [{ key: authorities.key, path: 'ca.pem' }] },
        },
      ];

export const authoritiesMount = ({ pods: { authorities } }: KubernetesSettings): Fields[] =>
  authorities === undefined ? [] : [{ name: 'authorities', mountPath: folderOf(podPaths.authorities), readOnly: true }];

/** Variables of a container in our own image: Node trusts these authorities beside the usual ones. */
const ownEnvironment = ({ pods }: KubernetesSettings): Fields[] => [
  ...pods.env.map(({ name, value }) => variable(name, value)),
  ...(pods.authorities ? [variable('NODE_EXTRA_CA_CERTS', podPaths.authorities)] : []),
];

/** Variables of a container in another image: what Python and curl trust is a file, in place of the usual ones. */
export const foreignEnvironment = ({ pods }: KubernetesSettings): Fields[] => [
  ...pods.env.map(({ name, value }) => variable(name, value)),
  ...(pods.authorities
    ? ['SSL_CERT_FILE', 'REQUESTS_CA_BUNDLE', 'CURL_CA_BUNDLE'].map((name) => variable(name, podPaths.authorities))
    : []),
];

/**
 * A process that is the first of its container does not hear a signal before it has a handler, and Kubernetes asks only once: a pod that
 * is deleted while Node starts would stay for its whole grace time. With a namespace of processes for the whole pod the first process
 * is that of the pod. Not where containers are several: one could read the environment of another, and with it passwords.
 */
const asNoFirstProcess = ({ containers, initContainers = [] }: PodParts): Fields =>
  containers.length + initContainers.length === 1 ? { shareProcessNamespace: true } : {};

/** Fields of every container. A container that writes no termination message ends with the last lines of its log instead. */
export const guarded = (readOnlyRootFilesystem: boolean): Fields => ({
  terminationMessagePolicy: 'FallbackToLogsOnError',
  securityContext: {
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem,
    capabilities: { drop: ['ALL'] },
  },
});

export interface OwnContainer {
  readonly name: string;
  readonly args: readonly string[];
  readonly env?: readonly Fields[];
  readonly envFrom?: readonly Fields[];
  readonly resources?: Fields;
  readonly mounts?: readonly Fields[];
  readonly more?: Fields;
}

/** A container of our own image. */
export const ownContainer = (settings: KubernetesSettings, container: OwnContainer): Fields => ({
  name: container.name,
  image: settings.image,
  imagePullPolicy: settings.imagePullPolicy,
  args: container.args,
  ...given('env', environment([...ownEnvironment(settings), ...(container.env ?? [])])),
  ...given('envFrom', [...(container.envFrom ?? [])]),
  ...given('resources', resourcesOf(container.resources)),
  ...guarded(true),
  volumeMounts: [{ name: 'tmp', mountPath: '/tmp' }, ...authoritiesMount(settings), ...(container.mounts ?? [])],
  ...container.more,
});

/** Without the groups that are empty. */
export function resourcesOf(resources: Fields = {}): Fields {
  return Object.fromEntries(
    Object.entries(resources).filter(([, amounts]) => Object.keys(amounts as object).length > 0),
  );
}

/** What a driver signs with. Without it the driver keeps a secret in the output folder, where readers of labels may see it. */
export const signingEnvironment = ({ nats }: KubernetesSettings): Fields[] =>
  nats.secret === undefined ? [] : [secretVariable(signingVariable, nats.secret, 'signing', { optional: true })];

/** How driver and collectors reach corpus and output. */
export function storeAccess({ store }: KubernetesSettings): {
  env: Fields[];
  envFrom: Fields[];
  mounts: Fields[];
  volumes: Fields[];
} {
  const { volume } = store;
  return {
    env: store.env.map(({ name, value }) => variable(name, value)),
    envFrom: store.secret === undefined ? [] : [{ secretRef: { name: store.secret } }],
    mounts: volume ? [{ name: 'store', mountPath: volume.path }] : [],
    volumes: volume ? [{ name: 'store', persistentVolumeClaim: { claimName: volume.claim } }] : [],
  };
}
