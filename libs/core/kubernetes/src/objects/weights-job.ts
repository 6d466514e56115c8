/** The Job that downloads weights into a claim, once for all workers of all jobs that name the same model. */
import { addressesOf, type KubernetesObject, kubernetesNames } from '@proofmill/contract';
import { engineImage } from './engine-image.ts';
import { literal } from './fields.ts';
import { weightsJobOf } from './jobs.ts';
import { cachedFolder, fetchCommand, fetchContainer, homeVolume, modelsMount } from './model-weights.ts';
import { labelsOf, podTemplate } from './pods.ts';
import { type StageOptions, specOf } from './stage-spec.ts';

/**
 * The file that says that all of it is there is created last: a download that was cut off is taken up again, and one that is
 * complete is not repeated. Two at a time share what `hf` has finished, as it locks each file.
 */
const fillScript = `import os, subprocess, sys
folder, command = sys.argv[1], sys.argv[2:]
complete = os.path.join(folder, ".proofmill-complete")
if os.path.exists(complete):
    print("the weights are there already")
    sys.exit(0)
os.makedirs(folder, exist_ok=True)
code = subprocess.call(command)
if code != 0:
    sys.exit(code)
with open(complete, "w") as mark:
    mark.flush()
    os.fsync(mark.fileno())`;

/** Null where the stage keeps no weights in a claim. */
export function weightsJob(options: StageOptions): KubernetesObject | null {
  const { job, stage, settings, namespace, owner } = options;
  const { name } = stage.definition;
  const spec = specOf(job, name);
  const { fleet } = spec;
  const { model } = fleet;
  if (addressesOf(spec.engine).length > 0 || model === undefined || !('huggingFace' in model)) return null;
  const { cache } = model;
  if (cache === undefined || !('claim' in cache)) return null;
  const labels = labelsOf(job, 'fetcher', name);
  const folder = cachedFolder(model);
  const python = settings.fetcher.image === undefined ? settings.engine.probePython : 'python3';
  const command = [python, '-c', literal(fillScript), folder, ...fetchCommand(model, folder)];
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
  return weightsJobOf({ name: jobName, namespace, labels, owner, template });
}
