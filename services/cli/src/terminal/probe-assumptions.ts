/** What a forecast takes for granted, and what it does not know, in sentences. */
import { firstEngineOf, isSameEngine, type Job, type StageSpec } from '@proofmill/contract';
import { grouped } from '@proofmill/stats';
import { isSimulated } from '../engines.ts';
import type { ProbeReport, StageReport } from '../forecasting.ts';

export interface ShownProbe {
  readonly report: ProbeReport;
  readonly job: Job;
  /** Answers that the first stage asks for at most. */
  readonly mostAnswers: number;
  /** Records at the beginning of the corpus whose labels the output holds already. */
  readonly skipped: number;
}

export function assumptionLines({ report, job, mostAnswers, skipped }: ShownProbe): string[] {
  const { items, population, stages } = report;
  const { pipeline, workers } = job.spec;
  const width = workers > 0 ? 'workers' : 'fleet.workers';
  const pairs = stages.flatMap((stage, at) => {
    const spec = pipeline[at];
    return spec ? [{ stage, spec }] : [];
  });
  return [
    intervalLine(items, population.items),
    skipped > 0
      ? `The output holds the labels of the first ${grouped(skipped)} records: only the others are in this.`
      : 'The whole job is meant, as if the output folder were empty.',
    ...pairs.flatMap(({ stage, spec }) => mostLines(stage, spec, skipped > 0 ? null : mostAnswers)),
    ...pairs.flatMap(({ stage, spec }) => unseenLines(stage, spec)),
    ...pairs.flatMap(({ stage, spec }) => timeLines(stage, spec, width)),
    ...(pairs.some(({ stage }) => stage.forecast.seconds !== null) ? [speedLine] : []),
    ...(pairs.some(({ spec }) => spec.engine.price === undefined)
      ? ['Cost: known only where every engine has a price (engine.price).']
      : []),
    'What deaths make a run ask again, and what proofmill retry asks, comes on top.',
  ];
}

/** The fixed most, beside what is expected. `all`: of the first stage; null where it is not known. */
function mostLines({ stage }: StageReport, spec: StageSpec, all: number | null): string[] {
  if (spec.stage === 'prove')
    return [`Stage ${stage}: ${spec.candidates * spec.attempts} proofs an item at most (candidates, attempts).`];
  return all === null
    ? []
    : [`Stage ${stage}: ${grouped(all)} answers at most, beside those in place of unreadable ones.`];
}

function intervalLine(items: number, all: number): string {
  const drawn = `Tokens and requests: ${grouped(items)} of ${grouped(all)} items`;
  if (items === 1) return `${drawn}, which gives no interval: ask about more.`;
  const line =
    items < 8 ? 'of the mean' : 'around a line through them by their characters, which are known of all items';
  return `${drawn}; from .. to is the 95 % t-interval ${line}. A larger --probe narrows it, another --seed draws others.`;
}

const speedLine =
  'Time and GPU-hours: a probe asks little, and an engine that is far from full is slow for its cost. The first figure takes all of fleet.slots in flight with each answer as fast as here, which is the best that it can do; the second takes the speed of the probe. Starts of engines, planning and the end of a stage come on top.';

/** `width`: the field of the job file that says how many workers there are. */
function timeLines(
  { stage, inFlight, slots, workers, gpus, asked, forecast }: StageReport,
  spec: StageSpec,
  width: string,
): string[] {
  const where = `Stage ${stage}`;
  const first = firstEngineOf(spec);
  if (asked === 0) return [];
  if (isSimulated(spec.engine.baseUrl) || isSimulated(first?.baseUrl))
    return [`${where}: the built-in simulator has answered. Its tokens and its speed are those of no model.`];
  if (forecast.seconds === null) return [];
  const rate = spec.engine.rate || first?.rate ? '; where a rate is kept, the first figure is that of the rate' : '';
  const fleet = `${workers} ${workers === 1 ? 'worker' : 'workers, each with an engine like this one'} (${width})`;
  return [
    `${where}: ${inFlight.toFixed(1)} of ${slots} answers were in flight (fleet.slots); time is that of ${fleet}${rate}.`,
    gpus === null
      ? `${where}: GPU-hours are not known, since its engine ${gpuReason(spec)}.`
      : `${where}: an engine has ${gpus} ${gpus === 1 ? 'GPU' : 'GPUs'} (fleet.gpusPerWorker).`,
    ...(first && !isSameEngine(first, spec.engine)
      ? [`${where}: the GPUs of the first judge's engine are not counted; the job file does not say how many it has.`]
      : []),
  ];
}

function gpuReason({ engine, fleet }: StageSpec): string {
  if (engine.price !== undefined) return 'has a price, so it is paid for by tokens';
  return fleet.gpusPerWorker === 0 ? 'has none (fleet.gpusPerWorker)' : 'has a rate, so it serves others as well';
}

/** What no drawn item shows costs something in a run all the same. */
function unseenLines({ stage, asked, replies }: StageReport, spec: StageSpec): string[] {
  if (asked === 0) return [`Stage ${stage}: no drawn item reaches it, so nothing of it is in this.`];
  if (spec.stage !== 'label' || !spec.first || replies.some(({ role }) => role === 'own')) return [];
  return [
    `Stage ${stage}: no drawn item was put to its own judge, so none of its answers are in this. Up to ${Math.ceil(100 * (1 - 0.05 ** (1 / asked)))} % of all items may be (95 %).`,
  ];
}
