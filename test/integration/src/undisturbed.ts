/** A run without faults, by the local executor, with which all others are compared. It is made once for each job. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommand } from './command.ts';
import { askedIn, startEngine } from './engine.ts';
import { type ExampleOptions, writeExample } from './example.ts';
import { type Rows, rowsOf } from './output.ts';

export interface Undisturbed {
  readonly rows: Rows;
  /** Size of the engine's request log. */
  readonly logBytes: number;
  readonly itemsTwice: number;
}

const made = new Map<string, Promise<Undisturbed>>();

export function undisturbed({ prove = false, records, edit }: ExampleOptions = {}): Promise<Undisturbed> {
  const options = { prove, ...(records === undefined ? {} : { records }), ...(edit ? { edit } : {}) };
  const key = `${prove} ${records} ${edit}`;
  const known = made.get(key) ?? make(options);
  made.set(key, known);
  return known;
}

async function make(options: ExampleOptions): Promise<Undisturbed> {
  const folder = await mkdtemp(join(tmpdir(), 'proofmill-undisturbed-'));
  const mark = `undisturbed-${process.pid}`;
  const job = await writeExample(folder, options);
  const log = join(folder, 'requests.jsonl');
  const engine = await startEngine({ log, gold: job.corpus, mark });
  try {
    const words = ['run', job.job, '--engine', engine.url];
    const { code, stderr } = await runCommand({ name: 'undisturbed run', words, mark });
    if (code !== 0) throw new Error(`the undisturbed run ended with ${code}:\n${stderr}`);
    const { itemsTwice } = askedIn(log);
    return { rows: await rowsOf(job.out), logBytes: engine.logBytes(), itemsTwice };
  } finally {
    await engine.role.stop();
    await rm(folder, { recursive: true, force: true });
  }
}
