/** What a whole job will take, from asking about a few of its items: `plan --probe`. */
import {
  type AskedLine,
  firstEngineOf,
  type Input,
  isSameEngine,
  nodesOf,
  pricesOf,
  type StageDefinition,
  type StageSpec,
  stageSpecsOf,
} from '@proofmill/contract';
import type { JobFile } from '@proofmill/job-files';
import type { ReplyCounts } from '@proofmill/judge';
import { type Drawn, stageFileOf } from '@proofmill/plan';
import type { Shutdown } from '@proofmill/runtime';
import {
  type FailedClass,
  type Forecast,
  forecastOf,
  type Population,
  type ProbedItem,
  type ProbedStage,
  type StageSpent,
  whyNothingMade,
} from '@proofmill/stats';
import { type Engines, isSimulated } from './engines.ts';
import { type ProbedLines, probeStage } from './probe-stage.ts';

interface ProbeOptions {
  readonly file: JobFile;
  readonly definitions: readonly StageDefinition[];
  readonly inputs: readonly Input[];
  readonly drawn: readonly Drawn<AskedLine>[];
  readonly population: Population;
  readonly seed: number;
  readonly engines: Engines;
  readonly shutdown: Pick<Shutdown, 'stop' | 'abort'>;
  readonly report: (sentence: string) => void;
}

/** What was found of a stage: the answer of `--json`. */
export interface StageReport {
  readonly stage: string;
  readonly kind: StageDefinition['kind'];
  /** Items that it was asked about. Those that an earlier stage has not kept are none. */
  readonly asked: number;
  readonly labelled: number;
  readonly tied: number;
  /** Items that a later stage would ask about, or whose row counts. */
  readonly kept: number;
  readonly notKept: Readonly<Record<string, number>>;
  readonly failed: readonly FailedClass[];
  /** Items with which the engine died: nothing is forecast from them. */
  readonly lost: number;
  /** Items that were put to the first judge alone; null without one. */
  readonly byFirst: number | null;
  readonly replies: readonly ReplyCounts[];
  readonly seconds: number;
  readonly inFlight: number;
  readonly slots: number;
  readonly workers: number;
  /** GPUs of an engine by the job file; null where they are not the job's own. */
  readonly gpus: number | null;
  readonly forecast: Forecast;
}

export interface ProbeReport {
  readonly seed: number;
  /** Items that were drawn. */
  readonly items: number;
  readonly population: Population;
  readonly stages: readonly StageReport[];
  readonly job: Forecast;
  /** That a run would most likely not end well, as no drawn item has what the job makes; null where some have. */
  readonly nothingMade: string | null;
}

/** Asks about the drawn items, stage by stage. Rejects as a run does where an engine cannot be asked. */
export async function probeJob(options: ProbeOptions): Promise<ProbeReport | 'stopped'> {
  const { file, definitions, inputs, drawn, population, engines, shutdown, report, seed } = options;
  const pipeline = stageSpecsOf(file.job);
  const spent: StageSpent[][] = drawn.map(() => []);
  const lost = new Set<number>();
  const found: { readonly spec: StageSpec; readonly asked: number; readonly probed: ProbedLines }[] = [];
  let open: (AskedLine | null)[] = drawn.map(({ item }) => item);
  for (const [at, definition] of definitions.entries()) {
    const spec = pipeline[at];
    if (!spec) continue;
    const places = open.flatMap((line, place) => (line ? [place] : []));
    const lines = open.filter((line) => line !== null);
    report(`probe: stage ${spec.name} is asked about ${lines.length} ${lines.length === 1 ? 'item' : 'items'}`);
    const stage = stageFileOf(file.job, inputs, definition);
    const opened = await engines.of(spec, definition);
    const probed = await probeStage({ stage, spec, engines: opened, lines, shutdown, report });
    if (probed === 'stopped') return probed;
    const next: (AskedLine | null)[] = drawn.map(() => null);
    for (const ofItem of spent) ofItem.push(nothingSpent);
    for (const [index, place] of places.entries()) {
      spent[place]?.splice(-1, 1, probed.spent[index] ?? nothingSpent);
      next[place] = probed.next[index] ?? null;
      if (probed.lost.has(index)) lost.add(place);
    }
    open = next;
    found.push({ spec, asked: lines.length, probed });
  }
  const items = drawn.flatMap(({ length }, at): ProbedItem[] =>
    lost.has(at) ? [] : [{ length, stages: spent[at] ?? [] }],
  );
  const stages = found.map(({ spec, probed }) => probedStageOf(spec, probed));
  const forecast = forecastOf({ items, population, stages });
  return {
    ...{ seed, items: drawn.length, population, job: forecast.job, nothingMade: nothingMade(definitions, found) },
    stages: found.map((each, at) => ({
      ...reportOf(each, definitions[at]?.kind ?? 'label'),
      gpus: stages[at]?.gpus ?? null,
      forecast: forecast.stages[at] as Forecast,
    })),
  };
}

function nothingMade(
  definitions: readonly StageDefinition[],
  found: readonly { readonly asked: number; readonly probed: ProbedLines }[],
): string | null {
  const reasons = found.map(({ asked, probed }, at) => {
    const definition = definitions[at];
    return definition && asked > probed.lost.size ? whyNothingMade(definition, probed.totals, at === 0) : null;
  });
  return reasons.find((reason) => reason !== null) ?? null;
}

const nothingSpent: StageSpent = {
  ...{ requests: 0, firstRequests: 0, answers: 0, answerSeconds: 0 },
  tokens: { prompt: 0, completion: 0 },
  firstTokens: { prompt: 0, completion: 0 },
};

function probedStageOf(spec: StageSpec, { inFlight }: ProbedLines): ProbedStage {
  const first = firstEngineOf(spec);
  const { workers, slots, gpusPerWorker } = spec.fleet;
  // The built-in stand-in takes no time.
  const isTimed = !isSimulated(spec.engine.baseUrl) && !isSimulated(first?.baseUrl);
  // What is paid for by tokens, or shared by a rate, is not the job's own.
  const isHosted = spec.engine.price !== undefined || spec.engine.rate !== undefined;
  return {
    prices: pricesOf(spec),
    rates: {
      own: spec.engine.rate ?? null,
      first: first && isSameEngine(first, spec.engine) ? 'own' : (first?.rate ?? null),
    },
    ...{ workers, slots },
    gpus: isHosted || gpusPerWorker === 0 ? null : gpusPerWorker * nodesOf(spec.fleet),
    inFlight: isTimed && inFlight > 0 ? inFlight : null,
  };
}

function reportOf(
  { spec, asked, probed }: { readonly spec: StageSpec; readonly asked: number; readonly probed: ProbedLines },
  kind: StageDefinition['kind'],
): Omit<StageReport, 'gpus' | 'forecast'> {
  const { totals, failures, lost, byFirst, replies, seconds, inFlight } = probed;
  return {
    ...{ stage: spec.name, kind, asked, lost: lost.size, replies, seconds, inFlight },
    labelled: totals.labelled,
    tied: totals.tied,
    kept: totals.kept,
    notKept: totals.notKeptByReason,
    failed: failures.classes(),
    byFirst: spec.stage === 'label' && spec.first ? byFirst : null,
    slots: spec.fleet.slots,
    workers: spec.fleet.workers,
  };
}
