/** The Job of a training: one pod of the user's image, which reads the folder of the loop and writes the new weights. */
import {
  digestOf,
  type KubernetesObject,
  type KubernetesSettings,
  kubernetesAnnotations,
  kubernetesLabels,
  type OwnerReference,
  podPaths,
  type Trainer,
  type TrainerPod,
} from '@proofmill/contract';
import { engineResources } from './engine-resources.ts';
import { emptyFolder, environment, type Fields, given, literal, secretVariable, variable } from './fields.ts';
import { trainerJobOf } from './jobs.ts';
import { homeEnvironment, homeMount, homeVolume } from './model-weights.ts';
import { addedVolumes, mergedPod } from './pod-additions.ts';
import { authoritiesMount, foreignEnvironment, guarded, podTemplate } from './pods.ts';

export interface TrainerOptions {
  readonly name: string;
  readonly namespace: string;
  readonly loop: string;
  readonly owner: OwnerReference;
  readonly settings: KubernetesSettings;
  readonly trainer: Trainer & { readonly kubernetes: TrainerPod };
  /** The command with what it is told in the place of words in braces. */
  readonly command: readonly string[];
  /** The claim with the folder of the loop, and the path in it that the trainer writes. */
  readonly claim: { readonly claim: string; readonly path: string; readonly written: string };
  /** The ConfigMap with the files of the loop. */
  readonly files: string | undefined;
}

export const versionsContainer = 'versions';

/** The annotation is the digest of what the loop file decides: other settings of the installation end no training. */
export function trainerJob(options: TrainerOptions): KubernetesObject {
  const { name, namespace, loop, owner, settings, trainer, command, claim, files } = options;
  const { kubernetes, versions, timeoutSeconds } = trainer;
  const { nodeSelector, tolerations, priorityClass } = kubernetes;
  const added = addedVolumes(
    { where: 'train.kubernetes', field: 'pod.volumes', weights: null },
    kubernetes.pod ?? {},
    settings,
  );
  const labels = {
    [kubernetesLabels.name]: 'proofmill',
    [kubernetesLabels.component]: 'trainer',
    [kubernetesLabels.managedBy]: 'proofmill',
    [kubernetesLabels.loop]: loop,
  };
  const container = (called: string, words: readonly string[], gpus: number, more: Fields = {}): Fields => ({
    name: called,
    image: kubernetes.image,
    imagePullPolicy: settings.imagePullPolicy,
    command: words.map(literal),
    ...(files === undefined ? {} : { workingDir: podPaths.files }),
    env: environmentOf(trainer, settings),
    ...given('resources', engineResources({ ...kubernetes, gpusPerWorker: gpus }, settings)),
    ...guarded(false),
    volumeMounts: [...commonMounts(settings, files), ...added.mounts, ...((more.volumeMounts as Fields[]) ?? [])],
  });
  const root = claim.path.replace(/\/+$/, '');
  const template = podTemplate(settings, {
    labels,
    initContainers: versions ? [container(versionsContainer, versions, 0)] : [],
    containers: [
      container('trainer', command, kubernetes.gpus, {
        // It changes nothing in the folder of the loop but its own weights.
        volumeMounts: [
          { name: 'store', mountPath: root, readOnly: true },
          { name: 'store', mountPath: `${root}/${claim.written}`, subPath: claim.written },
        ],
      }),
    ],
    volumes: [
      homeVolume,
      emptyFolder('shared-memory', { medium: 'Memory', sizeLimit: kubernetes.resources.sharedMemory }),
      { name: 'store', persistentVolumeClaim: { claimName: claim.claim } },
      ...(files === undefined ? [] : [{ name: 'files', configMap: { name: files } }]),
      ...added.volumes,
    ],
    graceSeconds: kubernetes.graceSeconds,
    pod: mergedPod({}, { ...kubernetes.pod, nodeSelector, tolerations, priorityClass }),
    imagePullSecrets: kubernetes.pod?.imagePullSecrets ?? [],
    writesClaim: true,
    // A shell that is the first process of its container hears no SIGTERM.
    more: { shareProcessNamespace: true },
  });
  const decided = digestOf([trainer, command, claim, files ?? null]).slice(0, 16);
  const annotations = { [kubernetesAnnotations.template]: decided };
  return trainerJobOf({
    ...{ name, namespace, labels, annotations, owner, template },
    ...(timeoutSeconds === undefined ? {} : { timeoutSeconds }),
  });
}

const commonMounts = (settings: KubernetesSettings, files: string | undefined): Fields[] => [
  { name: 'tmp', mountPath: '/tmp' },
  homeMount,
  { name: 'shared-memory', mountPath: '/dev/shm' },
  ...authoritiesMount(settings),
  ...(files === undefined ? [] : [{ name: 'files', mountPath: podPaths.files, readOnly: true }]),
];

const environmentOf = (trainer: Trainer, settings: KubernetesSettings): Fields[] =>
  environment([
    ...foreignEnvironment(settings),
    ...homeEnvironment,
    ...Object.entries(trainer.environment).flatMap(([name, value]) =>
      typeof value === 'string'
        ? [variable(name, value)]
        : value.secret === undefined
          ? []
          : [secretVariable(name, value.secret, value.env)],
    ),
  ]);
