/** The command line of the program. */
import { parseArgs } from 'node:util';
import { ToolError } from '@proofmill/process';
import { allKinds, type Kind, kinds } from './kinds.ts';

export interface Options {
  readonly faults: number;
  readonly seed: number;
  /** Null: the nats-server that is found. */
  readonly nats: '2.9.10' | '2.15' | null;
  /** Jobs that run at the same time. */
  readonly atOnce: number;
  /** Numbers of the only jobs of the plan to run; empty: all. */
  readonly jobs: readonly number[];
  readonly kinds: readonly Kind[];
  readonly s3: boolean;
}

export const usage = `npm run test:integrity -- [FLAGS]

Runs jobs on real processes, makes seeded faults happen to them, and checks that no record is lost or doubled, that no job hangs, and
that the engine is asked again no more often than the faults allow. The same seed gives the same plan of faults.

  --faults N       faults in all (default 200, which takes about 30 minutes on two cores)
  --seed S         seed of the plan (default 1)
  --nats VERSION   2.9.10 or 2.15.1: fetches that nats-server (default: the one that the tests use)
  --at-once N      jobs that run at the same time (default 2): much of the time of a job is waiting
  --job N          only this job of the plan; may be repeated
  --kind KIND      only faults of this kind; may be repeated
  --no-s3          all outputs in folders, even where there is a versitygw
  --help

Kinds:
${Object.entries(kinds)
  .map(([kind, meaning]) => `  ${kind.padEnd(17)} ${meaning}`)
  .join('\n')}`;

const versions: Readonly<Record<string, '2.9.10' | '2.15'>> = { '2.9.10': '2.9.10', '2.15': '2.15', '2.15.1': '2.15' };

/** Null: help is asked for. Throws ToolError for a flag that cannot be read. */
export function readOptions(words: readonly string[]): Options | null {
  const { values } = parsed(words);
  if (values.help) return null;
  const nats = values.nats === undefined ? null : versions[values.nats];
  if (nats === undefined) throw wrong(`--nats ${values.nats} is not 2.9.10 or 2.15.1.`);
  return {
    faults: positive('--faults', values.faults),
    seed: positive('--seed', values.seed),
    nats,
    atOnce: positive('--at-once', values['at-once']),
    jobs: (values.job ?? []).map((number) => positive('--job', number)),
    kinds: values.kind?.map(kindOf) ?? allKinds,
    s3: !values['no-s3'],
  };
}

function parsed(words: readonly string[]) {
  try {
    return parseArgs({
      args: [...words],
      options: {
        faults: { type: 'string', default: '200' },
        seed: { type: 'string', default: '1' },
        nats: { type: 'string' },
        'at-once': { type: 'string', default: '2' },
        job: { type: 'string', multiple: true },
        kind: { type: 'string', multiple: true },
        'no-s3': { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
  } catch (error) {
    throw wrong(error instanceof Error ? error.message : String(error));
  }
}

const wrong = (sentence: string): ToolError => new ToolError('configuration', `${sentence} --help shows the flags.`);

function positive(flag: string, text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw wrong(`${flag} ${text} is not a whole number from 1.`);
  return Number(text);
}

function kindOf(text: string): Kind {
  const kind = allKinds.find((known) => known === text);
  if (!kind) throw wrong(`--kind ${text} is no kind of fault.`);
  return kind;
}
