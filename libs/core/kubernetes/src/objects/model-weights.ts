/** The weights of an engine: a claim, an image, a download from Hugging Face or from the object store, or what the engine's image knows by name. */
import { digestOf, type Fleet, type KubernetesSettings, podPaths } from '@proofmill/contract';
import { emptyFolder, environment, type Fields, given, literal, secretVariable, variable } from './fields.ts';
import { authoritiesMount, foreignEnvironment, guarded, resourcesOf } from './pods.ts';
import { storedFolder, storeFetchContainer } from './store-weights.ts';
import { fetchContainerName, modelsMount } from './weights-mount.ts';

export interface ModelWeights {
  /** Null where the engine's image knows the model by its name. */
  readonly path: string | null;
  /** The source of the volume that holds them. */
  readonly volume: Fields | null;
  /** The folder of the volume that is mounted, where it is not the whole. */
  readonly subPath?: string;
  /** The container that downloads them, if any. */
  readonly fetch: readonly Fields[];
}

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
    const subPath = trimmed(model.path);
    // The claim with corpus and output: an engine sees its weights, and nothing else of it.
    const isShared = model.claim === settings.store.volume?.claim && subPath !== '';
    return {
      path: isShared ? podPaths.models : inModels(model.path),
      ...(isShared ? { subPath } : {}),
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
  const { cache } = model;
  const isStored = 's3' in model;
  if (cache !== undefined && 'claim' in cache) {
    const volume = { persistentVolumeClaim: { claimName: cache.claim, readOnly: true } };
    return { path: isStored ? storedFolder(model) : cachedFolder(model), volume, fetch: [] };
  }
  return {
    path: podPaths.models,
    volume: { emptyDir: { sizeLimit: cache?.size ?? settings.fetcher.size } },
    fetch: [
      isStored
        ? storeFetchContainer(model, settings, podPaths.models)
        : fetchContainer(model, settings, engineImage, fetchCommand(model, podPaths.models)),
    ],
  };
}

/** The claim that the weights are mounted from; null where they are in none. */
export function claimOfWeights({ model }: Fleet): string | null {
  if (model === undefined || 'image' in model) return null;
  if ('claim' in model) return model.claim;
  return model.cache !== undefined && 'claim' in model.cache ? model.cache.claim : null;
}

/** What Hugging Face calls the branch of a repository. */
export const mainBranch = 'main';

/** Weights from Hugging Face. */
export type FetchedModel = Extract<NonNullable<Fleet['model']>, { readonly huggingFace: string }>;

const fetchCommand = ({ huggingFace, revision }: FetchedModel, folder: string): string[] => [
  ...['hf', 'download', literal(huggingFace), '--local-dir', folder],
  ...(revision === undefined ? [] : ['--revision', literal(revision)]),
];

/** The container that downloads: the only one that holds the token of Hugging Face. */
export const fetchContainer = (
  { secret }: FetchedModel,
  settings: KubernetesSettings,
  engineImage: string,
  command: readonly string[],
): Fields => ({
  name: fetchContainerName,
  image: settings.fetcher.image ?? engineImage,
  imagePullPolicy: settings.imagePullPolicy,
  command,
  env: environment([
    ...foreignEnvironment(settings),
    ...homeEnvironment,
    ...(secret === undefined ? [] : [secretVariable('HF_TOKEN', secret, 'token')]),
  ]),
  ...given('resources', resourcesOf(settings.fetcher.resources)),
  ...guarded(false),
  volumeMounts: [{ name: 'tmp', mountPath: '/tmp' }, homeMount, modelsMount, ...authoritiesMount(settings)],
});

/**
 * The folder of a model in a claim that several jobs may share. It is made of characters that a path may have, and of a digest,
 * so that no name leads elsewhere and no two models meet.
 */
export function cachedFolder({ huggingFace, revision = mainBranch }: FetchedModel): string {
  const readable = `${huggingFace}-${revision}`.replaceAll(/[^A-Za-z0-9-]+/g, '-').slice(0, 80);
  return `${podPaths.models}/${readable}-${digestOf([huggingFace, revision]).slice(0, 8)}`;
}

const inModels = (path: string): string => literal([podPaths.models, trimmed(path)].filter(Boolean).join('/'));

const trimmed = (path: string): string => path.replace(/^\/+|\/+$/g, '');
