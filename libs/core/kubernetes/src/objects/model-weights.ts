/** The weights of an engine: a claim, an image, a download from Hugging Face, or what the engine's image knows by name. */
import { type Fleet, type KubernetesSettings, podPaths } from '@proofmill/contract';
import { emptyFolder, environment, type Fields, given, literal, secretVariable, variable } from './fields.ts';
import { authoritiesMount, foreignEnvironment, guarded, resourcesOf } from './pods.ts';

export interface ModelWeights {
  /** Null where the engine's image knows the model by its name. */
  readonly path: string | null;
  /** The source of the volume that holds them. */
  readonly volume: Fields | null;
  /** The container that downloads them, if any. */
  readonly fetch: readonly Fields[];
}

export const modelsMount = { name: 'models', mountPath: podPaths.models };
export const homeVolume = emptyFolder('home');
export const homeMount = { name: 'home', mountPath: podPaths.home };
/** The user of the pod has no entry in /etc/passwd of the image, where Python would look up a name and a home. */
export const homeEnvironment = [
  variable('HOME', homeMount.mountPath),
  variable('USER', 'engine'),
  variable('LOGNAME', 'engine'),
];

export function modelWeights({ model }: Fleet, settings: KubernetesSettings, engineImage: string): ModelWeights {
  if (model === undefined) return { path: null, volume: null, fetch: [] };
  if ('claim' in model) {
    return {
      path: inModels(model.path),
      volume: { persistentVolumeClaim: { claimName: model.claim, readOnly: true } },
      fetch: [],
    };
  }
  if ('image' in model) {
    return {
      path: inModels(model.path),
      volume: { image: { reference: model.image, pullPolicy: settings.imagePullPolicy } },
      fetch: [],
    };
  }
  const fetch = {
    name: 'fetch',
    image: settings.fetcher.image ?? engineImage,
    imagePullPolicy: settings.imagePullPolicy,
    command: [
      ...['hf', 'download', literal(model.huggingFace), '--local-dir', podPaths.models],
      ...(model.revision === undefined ? [] : ['--revision', literal(model.revision)]),
    ],
    env: environment([
      ...foreignEnvironment(settings),
      ...homeEnvironment,
      ...(model.secret === undefined ? [] : [secretVariable('HF_TOKEN', model.secret, 'token')]),
    ]),
    ...given('resources', resourcesOf(settings.fetcher.resources)),
    ...guarded(false),
    volumeMounts: [{ name: 'tmp', mountPath: '/tmp' }, homeMount, modelsMount, ...authoritiesMount(settings)],
  };
  return { path: podPaths.models, volume: { emptyDir: {} }, fetch: [fetch] };
}

const inModels = (path: string): string =>
  literal([podPaths.models, path.replace(/^\/+|\/+$/g, '')].filter(Boolean).join('/'));
