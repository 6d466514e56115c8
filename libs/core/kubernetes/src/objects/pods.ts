/** What all pods have in common: they pass the restricted Pod Security Standard, and only the driver reaches the API server. */
import { type Job, type KubernetesSettings, kubernetesLabels, signingVariable } from '@proofmill/contract';
import { emptyFolder, type Fields, given, secretVariable, variable } from './fields.ts';

export type Component = 'driver' | 'worker' | 'collector';

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
  readonly more?: Fields;
}

/** The template of a Job's pods. */
export function podTemplate(settings: KubernetesSettings, parts: PodParts): Fields {
  const pullSecrets = settings.imagePullSecrets.map((name) => ({ name }));
  return {
    metadata: { labels: parts.labels },
    spec: {
      restartPolicy: 'Never',
      terminationGracePeriodSeconds: parts.graceSeconds,
      automountServiceAccountToken: parts.token ?? false,
      enableServiceLinks: false,
      ...given('serviceAccountName', parts.serviceAccount),
      ...given('imagePullSecrets', pullSecrets),
      securityContext: {
        runAsNonRoot: true,
        runAsUser: userId,
        runAsGroup: userId,
        // A claim is often writable only by its group.
        ...(settings.store.volume ? { fsGroup: userId, fsGroupChangePolicy: 'OnRootMismatch' } : {}),
        seccompProfile: { type: 'RuntimeDefault' },
      },
      ...given('initContainers', [...(parts.initContainers ?? [])]),
      containers: parts.containers,
      volumes: [emptyFolder('tmp'), ...parts.volumes],
      ...parts.more,
    },
  };
}

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
  ...given('env', [...(container.env ?? [])]),
  ...given('envFrom', [...(container.envFrom ?? [])]),
  ...given('resources', resourcesOf(container.resources)),
  ...guarded(true),
  volumeMounts: [{ name: 'tmp', mountPath: '/tmp' }, ...(container.mounts ?? [])],
  ...container.more,
});

function resourcesOf(resources: Fields = {}): Fields {
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
