/** Runs one job of the plan: its processes, its faults at their moments, and the checks at the end. */
import { until } from '@proofmill/process';
import { type Role, rowsOf, runCommand, within } from '@proofmill/test-integration';
import { type Bed, type BedOptions, openBed } from './bed.ts';
import { heldItems, itemsOfOpenChunks } from './evidence.ts';
import { type Impatience, impatienceOf } from './hasten.ts';
import { type Ledger, ledgerOf } from './ledger.ts';
import type { Fault, JobPlan } from './plan.ts';
import { prepare, strike } from './strike.ts';
import type { Asked } from './witness.ts';

interface Struck {
  readonly fault: Fault;
  /** What exactly was done; null where the job was over by then. */
  readonly done: string | null;
}

export interface JobResult {
  readonly plan: JobPlan;
  readonly seconds: number;
  readonly struck: readonly Struck[];
  /** Why the job is not over within its time; null where it is. */
  readonly hung: string | null;
  readonly ledger: Ledger;
  readonly asked: Asked;
  /** Processes that ended with 1, which is for mistakes of the program and damage. */
  readonly unexpected: readonly string[];
  /** Whether `proofmill verify --deep` finds the output sound, and, unless the job hangs, complete. */
  readonly isSound: boolean;
  /** How often the coordinator has looked into a standstill. */
  readonly standstills: number;
  /** Where logs and files were kept; null where nothing is wrong. */
  readonly kept: string | null;
}

export interface JobOptions extends Omit<BedOptions, 'onStandstill' | 'onMended'> {
  /** How long the job may take. Default: 15 minutes, which has room for two looks into a standstill. */
  readonly withinMs?: number;
}

const usualMs = 15 * 60_000;
/** How long workers have for their end once the job is over; one that starts just then waits for a run that is no more. */
const dismissedMs = 5_000;

export async function runJob({ withinMs = usualMs, ...options }: JobOptions): Promise<JobResult> {
  const startedMs = performance.now();
  let standstills = 0;
  const onStandstill = (): void => {
    standstills += 1;
  };
  let noteMending = (_isEmptied: boolean): void => undefined;
  await using bed = await openBed({ ...options, onStandstill, onMended: (isEmptied) => noteMending(isEmptied) });
  noteMending = (isEmptied) =>
    void mended(bed, isEmptied).then(
      (items) => bed.witness.allow(items),
      () => undefined,
    );
  const struck: Struck[] = [];
  const hung = await disturbed(bed, options, struck, withinMs).then(
    () => null,
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
  const checked = await check(bed, options, hung === null ? 'over' : 'hung');
  const kept = hung !== null || isWrong(checked) ? await bed.keep() : null;
  const seconds = (performance.now() - startedMs) / 1000;
  return { plan: options.plan, seconds, struck, hung, ...checked, standstills, kept };
}

/** What may be asked once more because a stream or a consumer was mended. */
async function mended(bed: Bed, isEmptied: boolean): Promise<Set<string>> {
  const held = await heldItems(bed);
  return isEmptied ? new Set([...held, ...(await itemsOfOpenChunks(bed))]) : held;
}

type Checked = Pick<JobResult, 'ledger' | 'asked' | 'unexpected' | 'isSound'>;

const isWrong = ({ ledger, asked, unexpected, isSound }: Checked): boolean =>
  !isSound ||
  ledger.lost.length + ledger.doubled.length + ledger.changed.length + asked.over.length + unexpected.length > 0;

/** Whether anything of the job is not as it has to be. */
export const isBad = (result: JobResult): boolean => result.hung !== null || isWrong(result);

/** Rejects where the job is not over in time, or a fault could not be made to happen. */
async function disturbed(
  bed: Bed,
  { plan, baseline }: Pick<JobOptions, 'plan' | 'baseline'>,
  struck: Struck[],
  withinMs: number,
): Promise<void> {
  const isOver = new AbortController();
  const end = (): void => isOver.abort();
  bed.start('coordinator');
  bed.start('collector');
  await using impatience = impatienceOf(bed);
  try {
    const over = ended(bed);
    over.then(end, end);
    const striking = strikeAll({ bed, impatience, plan, logBytes: baseline.logBytes, over: isOver.signal }, struck);
    await within('the job ends', Promise.all([over, striking]), withinMs);
  } finally {
    end();
  }
}

/** Resolves when every coordinator and collector has ended with 0. */
async function ended({ roles }: Bed): Promise<void> {
  for (const name of ['coordinator', 'collector'] as const) {
    // A twin may be added while the others are waited for.
    for (let number = 0; number < roles[name].length; number += 1) {
      const role = roles[name][number];
      const code = await role?.ended;
      if (code !== 0) throw new Error(`${role?.name} ended with exit code ${code}`);
    }
  }
  const workersEnd = Promise.all(roles.worker.map((role: Role) => role.ended));
  await within('the workers end', workersEnd, dismissedMs).catch(() => undefined);
}

interface Step {
  readonly at: number;
  readonly fault: Fault;
  readonly isCopy: boolean;
}

const stepsOf = ({ faults }: JobPlan): Step[] =>
  faults
    .flatMap((fault): Step[] => [
      ...(fault.copyAt === null ? [] : [{ at: fault.copyAt, fault, isCopy: true }]),
      { at: fault.at, fault, isCopy: false },
    ])
    .sort((a, b) => a.at - b.at);

interface Striking {
  readonly bed: Bed;
  readonly impatience: Impatience;
  readonly plan: JobPlan;
  readonly logBytes: number;
  /** Fires when the job is over. */
  readonly over: AbortSignal;
}

/** Strikes in order, each at its moment, or as soon as the one before is over. */
async function strikeAll({ bed, impatience, plan, logBytes, over }: Striking, struck: Struck[]): Promise<void> {
  for (const { at, fault, isCopy } of stepsOf(plan)) {
    const isTime = (): boolean => over.aborted || bed.requests.bytes >= at * logBytes;
    await until(`the engine has done ${at} of its work`, isTime, { withinMs: usualMs });
    if (isCopy) {
      if (!over.aborted) await impatience.hold(() => prepare(bed, fault));
      continue;
    }
    const done = over.aborted ? null : await impatience.hold(() => strike(bed, fault));
    struck.push({ fault, done });
  }
}

/** What a job that hangs has not finished is not lost: only what it has is checked. */
async function check(bed: Bed, { baseline }: Pick<JobOptions, 'baseline'>, state: 'over' | 'hung'): Promise<Checked> {
  const { roles, outUri, outEnv, mark, job, witness, requests } = bed;
  const { code } = await runCommand({
    name: 'verify',
    words: ['verify', outUri, '--deep', '--json', ...(state === 'hung' ? ['--partial'] : [])],
    mark,
    env: { ...outEnv, PROOFMILL_LOG: 'error' },
  });
  const ledger = ledgerOf(baseline.rows, await rowsOf(job.out));
  const lives = [...roles.coordinator, ...roles.collector, ...roles.worker].flatMap(({ name, lives }) =>
    lives.map((life) => ({ ...life, name })),
  );
  return {
    ledger: state === 'hung' ? { ...ledger, lost: [] } : ledger,
    asked: witness.judge(requests.answers()),
    unexpected: lives
      .filter((life) => life.code === 1)
      .map(({ name, stderr }) => `${name} ended with 1: ${stderr.trim().split('\n').at(-1)}`),
    isSound: code === 0,
  };
}

const struckText = ({ fault: { kind, at }, done }: Struck): string =>
  `${kind} at ${at.toFixed(2)}: ${done ?? 'too late'}`;

/** A job that is not as it has to be, in sentences. */
export function troublesOf({ struck, hung, ledger, asked, unexpected, isSound, kept }: JobResult): string[] {
  const some = (ids: readonly string[]): string => `${ids.slice(0, 5).join(', ')}${ids.length > 5 ? ', ..' : ''}`;
  return [
    ...(hung === null ? [] : [`hung: ${hung}`]),
    ...(ledger.lost.length === 0 ? [] : [`${ledger.lost.length} lost: ${some(ledger.lost)}`]),
    ...(ledger.doubled.length === 0 ? [] : [`${ledger.doubled.length} doubled: ${some(ledger.doubled)}`]),
    ...(ledger.changed.length === 0 ? [] : [`${ledger.changed.length} differ: ${some(ledger.changed)}`]),
    ...(isSound ? [] : ['verify --deep does not find the output sound']),
    ...unexpected,
    ...asked.over.slice(0, 5),
    ...(kept === null ? [] : [...struck.map(struckText), `logs and files: ${kept}`]),
  ];
}
