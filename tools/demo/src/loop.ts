/**
 * npm run demo:loop [-- --out DIR | --resume]
 *
 * The loop on a laptop (examples/loops/laptop) with real weights on this machine's processor: vLLM judges and proves, TRL trains. It installs both and the
 * weights (once; it prints what it fetches), runs the loop, and writes ROUNDS.md with its picture.
 *
 * It removes nothing. Without --out each demo has a new folder: demo-loop-out, demo-loop-2-out, and so on; --resume continues in the last one.
 */
import { cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { ToolError } from '@proofmill/process';
import { dataType, setUpTrainer, setUpVllm } from '@proofmill/vllm-cpu';
import { demoFolder } from './folder.ts';
import { proofmill, repository } from './proofmill.ts';

const { values } = parseArgs({ options: { out: { type: 'string' }, resume: { type: 'boolean', default: false } } });
const report = (line: string): void => console.error(line);

/** Copies the example into a new folder, with the weights and the number type of this machine. Gives the loop file. */
function loopFileIn(folder: string, weights: string): string {
  const file = join(folder, 'loop.yaml');
  if (existsSync(file)) return file;
  const example = join(repository, 'examples/loops/laptop');
  cpSync(example, folder, { recursive: true });
  const text = readFileSync(join(example, 'loop.yaml'), 'utf8')
    .replaceAll('HuggingFaceTB/SmolLM2-135M-Instruct', JSON.stringify(weights))
    .replace('--dtype, bfloat16', `--dtype, ${dataType()}`)
    .replace('uri: ../../../laptop-loop', 'uri: rounds');
  writeFileSync(file, text);
  return file;
}

async function main(): Promise<number> {
  try {
    const install = await setUpVllm({ log: report });
    const programs = [await setUpTrainer(install, report), dirname(install.layout.vllm)];
    const folder = resolve(values.out ?? demoFolder('demo-loop', values.resume));
    const loop = await proofmill(['loop', loopFileIn(folder, install.modelFolders.smol)], { programs });
    if (loop !== 0) return loop;
    const rounds = join(folder, 'rounds');
    const verified = await proofmill(['verify', rounds, '--deep'], { programs });
    return verified === 0 ? proofmill(['report', rounds, '--to', folder], { programs }) : verified;
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    report(error.message);
    return error.exitCode;
  }
}

process.exitCode = await main();
