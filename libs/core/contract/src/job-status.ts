/** What a job on Kubernetes says of itself: `status` of a ScoringJob, and the annotation on a driver's Job. */
import { z } from 'zod';

/** The phases that this version writes. Like the types of conditions they are open: a status may be that of a later version. */
export const jobPhases = [
  'Pending',
  'Planning',
  'Queued',
  'Running',
  'Suspended',
  'Succeeded',
  'LimitReached',
  'Failed',
] as const;
export type JobPhase = (typeof jobPhases)[number];

const conditionSchema = z.strictObject({
  type: z.string().meta({
    description:
      'Complete, Failed, Suspended, Queued: Kueue holds its pods back; or Stalled: pods cannot run, and `message` says why. Later versions may have more.',
  }),
  /** True, False or Unknown. */
  status: z.string(),
  /** One word in CamelCase. */
  reason: z.string(),
  message: z.string(),
  /** RFC 3339. */
  lastTransitionTime: z.string(),
});
export type JobCondition = z.infer<typeof conditionSchema>;

const stageStatusSchema = z.strictObject({
  name: z.string(),
  run: z.string(),
  /** Records with an outcome. */
  done: z.int(),
  /** Null while the corpus is still being read. */
  total: z.int().nullable(),
  failed: z.int(),
});

export const jobStatusSchema = z.strictObject({
  phase: z.string().meta({ description: `${jobPhases.join(', ')}. Later versions may have more.` }),
  /** One sentence for a person. */
  message: z.string(),
  /** The stage under way, or the last one. */
  stage: z.string().nullable(),
  /** Records of that stage with an outcome. */
  done: z.int(),
  total: z.int().nullable(),
  failed: z.int(),
  recordsPerSecond: z.number().nullable(),
  /** The same for a person: `120/s`. */
  rate: z.string(),
  etaSeconds: z.int().nullable(),
  /** The same for a person: `3m20s`. */
  eta: z.string(),
  /** Ready of wanted: `2/2`. */
  workers: z.string(),
  /** Workers whose pods exist and have not ended. With `selector` it is what the scale subresource reports. */
  replicas: z.int().optional(),
  /** Selects the pods of the workers, by their labels. */
  selector: z.string().optional(),
  stages: z.array(stageStatusSchema),
  /** URI of the output folder. */
  output: z.string(),
  conditions: z.array(conditionSchema),
  /** When the job first became active, or resumed last (RFC 3339); absent before that. */
  startTime: z.string().optional(),
  /** When it ended, however it did; absent before that. */
  completionTime: z.string().optional(),
  /** `metadata.generation` of the ScoringJob that this describes; absent elsewhere. */
  observedGeneration: z.int().optional(),
});
export type JobStatus = z.infer<typeof jobStatusSchema>;

/** In the notice of a coordinator, and so in a message, that collectors set outcomes aside. */
export const outcomesSetAside = 'a collector refuses the outcome of item';
