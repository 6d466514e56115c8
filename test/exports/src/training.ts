import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface Training {
  /** A folder of programs, and one of them. */
  readonly program: readonly [folder: string, name: string];
  readonly words: readonly string[];
  /** Where it is started: a set. */
  readonly folder: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly timeoutMs: number;
}

/** Runs a program, and gives what it printed. Rejects with the end of that where it fails. */
export async function printedBy({ program, words, folder, environment, timeoutMs }: Training): Promise<string> {
  const [programs, name] = program;
  const env = { ...environment, PATH: `${programs}${delimiter}${environment.PATH}` };
  const options = { cwd: folder, env, timeout: timeoutMs, maxBuffer: 1 << 28 };
  const { stdout, stderr } = await run(join(programs, name), words, options).catch(
    (error: Error & { stdout?: string; stderr?: string }) => {
      throw new Error(`${error.message}\n${(error.stdout ?? '').slice(-4000)}\n${(error.stderr ?? '').slice(-4000)}`);
    },
  );
  return stdout + stderr;
}

/** What a trainer of Hugging Face kept of its second step. */
export interface TwoSteps {
  readonly steps: number;
  readonly losses: readonly number[];
  readonly gradients: readonly number[];
  readonly evaluations: readonly number[];
}

/** Reads the checkpoint of the second step. JSON has no NaN: a loss that is none does not parse. */
export async function twoStepsIn(model: string): Promise<TwoSteps> {
  const state = JSON.parse(await readFile(join(model, 'checkpoint-2', 'trainer_state.json'), 'utf8')) as {
    global_step: number;
    log_history: readonly Record<string, number>[];
  };
  const logged = (name: string): number[] => state.log_history.flatMap(({ [name]: value }) => value ?? []);
  return {
    steps: state.global_step,
    losses: logged('loss'),
    gradients: logged('grad_norm'),
    evaluations: logged('eval_loss'),
  };
}
