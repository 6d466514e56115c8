/**
 * `npm run test:mutants`: plants each bug of the table in a copy of the repository, and runs the suite that must see it. First the
 * suites have to pass without any. Ends with 1 where a bug survives whose survival has no reason in the table.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ToolError } from '@proofmill/process';
import { copyOf } from './copy.ts';
import { type Mutant, plantedIn, type Suite } from './mutant.ts';
import { readOptions, usage } from './options.ts';
import { packageOf, runSuites, type SuiteResult } from './suite-run.ts';
import { allMutants } from './table.ts';
import { lineOf, notTried, type Verdict, verdictOf } from './verdict.ts';

const repository = join(import.meta.dirname, '../../..');
const limitMs = 300_000;

const stopping = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stopping.abort());
const stop = stopping.signal;

try {
  const options = readOptions(process.argv.slice(2), allMutants);
  if (options === null) console.log(usage);
  else if (options.list)
    for (const { area, name, breaks } of options.wanted) console.log(`${area}: ${name}: ${breaks}`);
  else process.exitCode = await run(options.wanted);
} catch (error) {
  if (!(error instanceof ToolError)) throw error;
  console.error(error.message);
  process.exitCode = error.exitCode;
}

async function run(mutants: readonly Mutant[]): Promise<number> {
  await using copy = await copyOf(repository);
  for (const mutant of mutants) plantedIn(await readFile(join(copy.root, mutant.file), 'utf8'), mutant);
  const untried = await passWithoutBugs(copy.root, mutants);
  const verdicts: Verdict[] = [];
  for (const mutant of mutants) {
    const verdict = untried.has(keyOf(mutant.suite)) ? notTried(mutant) : await tryOne(copy.root, mutant);
    verdicts.push(verdict);
    console.log(lineOf(verdict));
  }
  const wrong = verdicts.filter(({ isWrong }) => isWrong);
  console.log(`\n${summaryOf(verdicts)}`);
  for (const { mutant, word } of wrong)
    console.log(`${mutant.name}: ${word}. ${mutant.breaks} ${mutant.suite.file} should see it.`);
  return wrong.length > 0 ? 1 : 0;
}

/** Runs every suite once, those of a package together. Gives the keys of those that cannot run here. @throws ToolError where one fails */
async function passWithoutBugs(root: string, mutants: readonly Mutant[]): Promise<ReadonlySet<string>> {
  const suites = [...new Map(mutants.map(({ suite }) => [keyOf(suite), suite])).values()];
  const together = Map.groupBy(suites, ({ file, only = '' }) => `${packageOf(root, file)} ${only}`);
  const untried = new Set<string>();
  console.log(`${suites.length} suites have to pass without a planted bug:`);
  for (const [first, ...others] of together.values()) {
    if (!first) continue;
    const result = await runSuites(root, [first, ...others], { limitMs: (1 + others.length) * limitMs, stop });
    const why = whyNotGreen(result);
    const names = [first, ...others].map(keyOf);
    const skipped = result.state === 'ran' ? result.skipped : [];
    if (why !== null)
      throw new ToolError('configuration', `without any planted bug, of ${names.join(', ')}: ${why}. Mend that first`);
    for (const suite of [first, ...others])
      if (skipped.some((path) => path.endsWith(`/${suite.file}`))) untried.add(keyOf(suite));
    console.log(`  ${names.join(', ')}`);
  }
  return untried;
}

function whyNotGreen(result: SuiteResult): string | null {
  if (result.state === 'hung') return 'its tests do not end';
  if (result.state === 'not loaded') return `it does not load: ${result.why}`;
  return result.failed;
}

async function tryOne(root: string, mutant: Mutant): Promise<Verdict> {
  const path = join(root, mutant.file);
  const text = await readFile(path, 'utf8');
  const startedMs = performance.now();
  await writeFile(path, plantedIn(text, mutant));
  try {
    const result = await runSuites(root, [mutant.suite], { limitMs, stop });
    return verdictOf(mutant, result, (performance.now() - startedMs) / 1000);
  } finally {
    await writeFile(path, text);
  }
}

function keyOf({ file, only }: Suite): string {
  return only === undefined ? file : `${file} -t '${only}'`;
}

function summaryOf(verdicts: readonly Verdict[]): string {
  const counts = Map.groupBy(verdicts, ({ word }) => word);
  const seconds = verdicts.reduce((sum, verdict) => sum + verdict.seconds, 0);
  const words = [...counts].map(([word, those]) => `${those.length} ${word}`).join(', ');
  return `${verdicts.length} planted bugs: ${words}; ${Math.round(seconds)} s`;
}
