/** Where a trainer runs on a cluster: one pod of a Job. */
import { z } from 'zod';
import { fleetSchema } from './fleet.ts';

const { gpuResource, resources, nodeSelector, tolerations, priorityClass, pod, graceSeconds } = fleetSchema.shape;
const said = (description: string) => ({ description });

export const trainerPodSchema = z
  .strictObject({
    image: z.string().min(1).meta(said('The image that has the program. It runs as a user that is not root.')),
    gpus: z.int().nonnegative().default(1).meta(said('GPUs of the pod.')),
    gpuResource: gpuResource.meta(
      said("The resource by which nodes count these GPUs. Default: that of the cluster's settings."),
    ),
    resources: resources.meta(said('CPU, memory and /dev/shm, as in `fleet.resources` of a job.')),
    nodeSelector: nodeSelector.meta(said('Labels of the nodes that it may run on.')),
    tolerations: tolerations.meta(said('Taints that it tolerates.')),
    priorityClass: priorityClass.meta(said('Its PriorityClass.')),
    pod: pod.meta(said('What is added to its pod, as in `fleet.pod` of a job.')),
    graceSeconds: graceSeconds.meta(
      said('How long it may take to write a checkpoint when its pod has to go. Ended so, it must not end with 0.'),
    ),
  })
  .meta({
    description:
      'On Kubernetes, and required there: the pod that the command runs in. A change of it ends a training that runs, which then resumes from its checkpoints.',
  });
export type TrainerPod = z.infer<typeof trainerPodSchema>;
