/** The Job that downloads weights into a claim, once for all workers of all jobs that name the same model. */
import { addressesOf, type KubernetesObject, kubernetesNames } from '@proofmill/contract';
import { engineImage } from './engine-image.ts';
import { literal } from './fields.ts';
import { indexedJob } from './jobs.ts';
import { cachedFolder, fetchContainer, homeVolume, mainBranch } from './model-weights.ts';
import { labelsOf, podTemplate } from './pods.ts';
import { type StageOptions, specOf } from './stage-spec.ts';
import { storeWeightsJob } from './store-weights.ts';
import { fetchContainerName, modelsMount } from './weights-mount.ts';
import { weightsScript } from './weights-script.ts';

/** Null where the stage keeps no weights in a claim. */
export function weightsJob(options: StageOptions): KubernetesObject | null {
  const { job, stage, settings, namespace, owner } = options;
  const { name } = stage.definition;
  const spec = specOf(job, name);
  const { fleet } = spec;
  const { model } = fleet;
  if (addressesOf(spec.engine).length > 0 || model === undefined) return null;
  if ('s3' in model) return storeWeightsJob(options, model);
  if (!('huggingFace' in model)) return null;
  const { cache } = model;
  if (cache === undefined || !('claim' in cache)) return null;
  const labels = labelsOf(job, 'fetcher', name);
  const folder = cachedFolder(model);
  const python = settings.fetcher.image === undefined ? settings.engine.probePython : 'python3';
  const words = [model.huggingFace, model.revision ?? mainBranch, folder, cache.claim];
  const command = [python, '-c', ...[weightsScript, ...words].map(literal)];
  const template = podTemplate(
    { ...settings, store: { env: [] } },
    {
      labels,
      containers: [fetchContainer(model, settings, engineImage(spec, settings), command)],
      volumes: [homeVolume, { name: modelsMount.name, persistentVolumeClaim: { claimName: cache.claim } }],
      graceSeconds: 30,
      pod: settings.worker.pod,
      imagePullSecrets: fleet.pod?.imagePullSecrets ?? [],
      writesClaim: true,
    },
  );
  const jobName = kubernetesNames.weights(job.metadata.name, name);
  return indexedJob({ name: jobName, namespace, labels, owner, width: 1, containers: [fetchContainerName], template });
}
