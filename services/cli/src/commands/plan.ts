import { openStore } from '@proofmill/blob';
import {
  type AskedLine,
  ConfigurationError,
  type Input,
  type Item,
  type Job,
  ruleGives,
  showsAll,
  type Sizes,
  type StageDefinition,
  schemeOf,
  visible,
} from '@proofmill/contract';
import { grownLimit, type Survey, survey, unusable } from '@proofmill/coordinate';
import { type JobFlags, jobOf, openCorpus, withJobFlags } from '@proofmill/coordinator';
import { describeFlavours } from '@proofmill/corpus';
import { refuseForeign, stageFolder } from '@proofmill/folder';
import { isLoopFile, type JobFile } from '@proofmill/job-files';
import { kindsLeftOut, plantedAnswers, rendererOf, type Shown } from '@proofmill/judge';
import { calibrationsOf, certificateOf, Draw, plantedDefinition, sizesOf } from '@proofmill/plan';
import { type Command, InvalidArgumentError, print, type Shutdown, shutdownOnSignals } from '@proofmill/runtime';
import { calibrationSentence, certificateSentence, failureLines } from '@proofmill/stats';
import { definitionsOf } from '../definitions.ts';
import { type Engines, enginesOf } from '../engines.ts';
import { type ProbeReport, probeJob } from '../forecasting.ts';
import { type EngineReport, probeCost, probeEngines, reportText } from '../probing.ts';
import { countsTable, lengthLines, type PlantedPlan } from '../terminal/plan-counts.ts';
import { probeText } from '../terminal/probe-text.ts';
import { noticeLines, readingsJson, readingsText } from '../terminal/readings.ts';

interface PlanFlags extends JobFlags {
  readonly json?: boolean;
  /** How many items to ask about; true: as many as usual. */
  readonly probe?: number | true;
  readonly seed: number;
}

/** As many as a worker has in flight by default. */
const itemsOfProbe = 32;
/** They are held in memory. */
const mostItems = 10_000;

export function addPlan(program: Command): void {
  withJobFlags(
    program
      .command('plan')
      .description(
        'show what a job would do, and with --probe what it will take; writes nothing, and asks nothing without --probe',
      ),
  )
    .option(
      '--probe [items]',
      `find out what the engines of the job can do (${probeCost}); then ask about so many items as a run would, and say what the whole job will take. ${itemsOfProbe} without a number; 0 asks about none`,
      itemsToAsk,
    )
    .option('--seed <n>', 'draws the items of --probe from the whole corpus; another number draws others', countOf, 0)
    .option('--json', 'JSON on stdout')
    .action(async (path: string, flags: PlanFlags) => {
      if (await isLoopFile(path)) return printLoop(path, flags);
      const file = await jobOf(path, flags);
      const planned = await planOf(file, flags);
      if (!planned) return;
      const { found, inputs } = planned;
      const isUsable = found.example !== null;
      if (!flags.json && isUsable) print(process.stdout, `${planText(file, planned)}\n`);
      const probed = flags.probe !== undefined && isUsable ? await probedBy(file, planned, flags) : null;
      if (probed === 'stopped') return;
      if (flags.json) print(process.stdout, `${JSON.stringify(planJson(file, planned, probed))}\n`);
      if (!isUsable) throw unusable({ problems: found.problems, inputs, limit: file.job.spec.corpus.limit });
      if (probed?.failure) throw probed.failure;
    });
}

/** What the rounds of a loop file ask for. */
async function printLoop(path: string, { json, seed: _seed, ...flags }: PlanFlags): Promise<void> {
  const given = Object.keys(flags);
  if (given.length > 0)
    throw new ConfigurationError(
      `${path} is a loop file, and ${given.map((name) => `--${name}`).join(', ')} is for jobs: leave it out`,
    );
  const { planLoop } = await import('../loop/plan-loop.ts');
  const { loopPlanText } = await import('../terminal/loop-text.ts');
  const planned = await planLoop(path);
  const { file, sizes, rounds } = planned;
  print(
    process.stdout,
    json ? `${JSON.stringify({ loop: file.loop.metadata.name, sizes, rounds })}\n` : `${loopPlanText(planned)}\n`,
  );
}

/** How many items to ask about, or a usage error. */
function itemsToAsk(text: string): number {
  const items = countOf(text);
  if (items <= mostItems) return items;
  throw new InvalidArgumentError(`It must be ${mostItems} at most; proofmill run --limit labels more than that.`);
}

/** A whole number, or a usage error. */
function countOf(text: string): number {
  const count = Number(text);
  if (text.trim() === '' || !Number.isSafeInteger(count) || count < 0)
    throw new InvalidArgumentError('It must be a whole number. (Write the job file ahead of --probe.)');
  return count;
}

interface Planned {
  readonly definitions: readonly StageDefinition[];
  readonly first: StageDefinition;
  readonly inputs: readonly Input[];
  readonly sizes: Sizes;
  readonly found: Survey;
  readonly draw: Draw<AskedLine>;
  /** Records whose labels the output holds already. */
  readonly skipped: number;
  /** The first item as the judge is asked about it. */
  readonly prompt: ReturnType<ReturnType<typeof rendererOf>>;
  /** What planted pairs add; null where the job wants none. */
  readonly planted: PlantedPlan | null;
}

async function planOf(file: JobFile, { probe, seed }: PlanFlags): Promise<Planned | null> {
  const { job, baseDir } = file;
  const definitions = await definitionsOf(file);
  const [first] = definitions;
  if (!first) return null;
  // Who plans a job for a cluster may have no credentials of its object store here.
  const { uri } = job.spec.output;
  const store = schemeOf(uri) === null ? openStore(uri) : null;
  if (store) await refuseForeign(stageFolder(store, first.name), uri);
  const grown = store && (await grownLimit({ job, store }));
  const skipped = grown ? (grown.begun ?? Number.POSITIVE_INFINITY) : 0;
  const corpus = openCorpus(baseDir, job.spec.corpus);
  const inputs = await corpus.list(job.spec.corpus.uris);
  const sizes = sizesOf(inputs, first, job.spec.output.shards);
  const wanted = probe === true ? itemsOfProbe : (probe ?? 0);
  const draw = new Draw<AskedLine>(wanted, seed);
  const given = { corpus, inputs, spec: job.spec.corpus, sizes, first };
  const found = await survey(wanted > 0 ? { ...given, draw: { from: draw, skip: skipped } } : given);
  const prompt = found.example ? rendererOf(first.profile)(shownFirst(found.example, first)) : [];
  const planted = plantedPlan(job, definitions, found.asked);
  return { definitions, first, inputs, sizes, found, draw, skipped, prompt, planted };
}

/** What planted pairs add to a job; null where it wants none. */
function plantedPlan(job: Job, definitions: readonly StageDefinition[], items: number): PlantedPlan | null {
  const definition = plantedDefinition(job, definitions);
  return definition && { ...plantedAnswers(definition, items), leftOut: kindsLeftOut(definition) };
}

function planText({ job }: JobFile, { definitions, inputs, found, sizes, first, prompt, planted }: Planned): string {
  return [
    `${job.metadata.name}: ${inputs.length} ${inputs.length === 1 ? 'file' : 'files'}, ${inputs.reduce((sum, input) => sum + input.bytes, 0)} bytes`,
    `recognised: ${describeFlavours(found.flavours, found.unreadable)}`,
    ...failureLines(found.problems.classes()).map((line) => `  ${line}`),
    ...noticeLines(found.notices),
    ...certificateLines(definitions),
    ...calibrationLines(definitions),
    '',
    readingsText(found.readings),
    countsTable(found, sizes, first, planted),
    ...Object.entries(planted?.leftOut ?? {}).map(([kind, why]) => `not planted (${kind}): ${why}`),
    '',
    ...lengthLines(found.lengths),
    '',
    'the first item as the judge is asked about it:',
    ...prompt.map((message) => `[${visible(message.role)}]\n${message.content}`),
  ].join('\n');
}

/** What keeps rows, where that is a certificate. */
function certificateLines(definitions: readonly StageDefinition[]): string[] {
  const certificate = certificateOf(definitions);
  return certificate ? [`kept by ${certificateSentence(certificate, visible)}`] : [];
}

/** What gives rows a probability, and what the first judge escalates by. */
function calibrationLines(definitions: readonly StageDefinition[]): string[] {
  const { calibration, firstCalibration } = calibrationsOf(definitions);
  return [
    ...(calibration ? [`by ${calibrationSentence(calibration, 'rows', visible)}`] : []),
    ...(firstCalibration ? [`by ${calibrationSentence(firstCalibration, 'first', visible)}`] : []),
  ];
}

function planJson(
  { job }: JobFile,
  { definitions, inputs, found, sizes, prompt, planted }: Planned,
  probed: Probed | null,
): object {
  const { flavours, readings, problems, lengths, example: _example, ...counts } = found;
  const certificate = certificateOf(definitions);
  const { calibration, firstCalibration } = calibrationsOf(definitions);
  return {
    job: job.metadata.name,
    inputs,
    recognised: describeFlavours(flavours, found.unreadable),
    flavours: Object.fromEntries(flavours),
    readings: readingsJson(readings),
    ...counts,
    lengths: lengths.bins(),
    problems: problems.classes().flatMap(({ examples }) => examples),
    sizes,
    prompt,
    ...(certificate ? { certificate } : {}),
    ...(calibration ? { calibration } : {}),
    ...(firstCalibration ? { firstCalibration } : {}),
    ...(planted ? { planted } : {}),
    ...(probed ? { engines: probed.engines } : {}),
    ...(probed?.report ? { probe: probed.report } : {}),
  };
}

interface Probed {
  readonly engines: readonly EngineReport[];
  /** Null where nothing was asked about. */
  readonly report: ProbeReport | null;
  /** The first reason why the job cannot work with its engines. */
  readonly failure: Error | null;
}

/** What the engines of a job can do and, where they can be asked, what a few items take. As text it is printed as it is found. */
async function probedBy(file: JobFile, planned: Planned, flags: PlanFlags): Promise<Probed | 'stopped'> {
  using shutdown = shutdownOnSignals({ graceMs: 0 });
  const notice = (sentence: string): void => print(process.stderr, `${sentence}\n`);
  using engines = enginesOf(file.job, file.baseDir, notice);
  try {
    const probed = await probe({ file, planned, flags, engines, shutdown, notice });
    if (probed !== 'stopped') return probed;
  } catch (error) {
    if (!shutdown.stop.aborted) throw error;
  }
  process.exitCode = shutdown.exitCode ?? 0;
  return 'stopped';
}

interface Probing {
  readonly file: JobFile;
  readonly planned: Planned;
  readonly flags: PlanFlags;
  readonly engines: Engines;
  readonly shutdown: Shutdown;
  readonly notice: (sentence: string) => void;
}

async function probe({ file, planned, flags, engines, shutdown, notice }: Probing): Promise<Probed | 'stopped'> {
  const { definitions, inputs, draw, found, skipped } = planned;
  const { job } = file;
  const show = (text: string): void => {
    if (!flags.json) print(process.stdout, `\n${text}\n`);
  };
  const reports: EngineReport[] = [];
  let failure: Error | null = null;
  for await (const probed of probeEngines(job, definitions, engines, shutdown.abort)) {
    reports.push(probed.report);
    show(reportText(probed.report));
    failure ??= probed.failure;
  }
  const { drawn, population } = draw;
  if (flags.probe !== 0 && drawn.length === 0) notice('probe: the output holds the labels of all items already');
  if (failure || drawn.length === 0) return { engines: reports, report: null, failure };
  const { seed } = flags;
  const report = await probeJob({
    ...{ file, definitions, inputs, drawn, population, seed, engines, shutdown },
    report: notice,
  });
  if (report === 'stopped') return report;
  show(probeText({ report, job, mostAnswers: found.answers, skipped }));
  return { engines: reports, report, failure: nothingMadeOf(report) };
}

/** That a run would end without a label, as an error. */
function nothingMadeOf({ nothingMade }: ProbeReport): Error | null {
  if (nothingMade === null) return null;
  return new ConfigurationError(
    `the probe: ${nothingMade}. A run would most likely end like this, with 2. What became of them is in the answer of the probe: correct the job, or the engine`,
  );
}

/** An item as the first request of a stage shows it. */
function shownFirst(item: Item, { kind, profile }: StageDefinition): Shown {
  const gives = ruleGives[profile.parse.rule];
  if (gives === 'score' || gives === 'rating') return { item, order: [0] };
  if (showsAll(profile.parse)) return { item, order: item.responses.map((_, index) => index) };
  return { item, order: [0, 1], ...(kind === 'prove' ? { winner: item.gold === 1 ? 'B' : 'A' } : {}) };
}
