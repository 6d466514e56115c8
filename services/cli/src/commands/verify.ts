import { type CheckedStage, verify } from '@proofmill/audit';
import { exitCodes } from '@proofmill/contract';
import { zstdCodec } from '@proofmill/formats';
import { type Command, paintFor, print } from '@proofmill/runtime';
import { isLoopFolder } from '@proofmill/training';
import { existingOutput } from '../output.ts';

export function addVerify(program: Command): void {
  program
    .command('verify')
    .description('check an output folder, using only what is in it')
    .argument('<out>', 'output folder')
    .option('--deep', 'read every row as well: schema, ids, order, content, votes')
    .option('--partial', 'accept an incomplete output whose content so far is sound')
    .option('--json', 'JSON on stdout')
    .action(async (out: string, flags: { deep?: boolean; partial?: boolean; json?: boolean }) => {
      process.exitCode = (await isLoopFolder(existingOutput(out)))
        ? await verifyRounds(out, flags)
        : await verifyOutput(out, flags);
    });
}

/** Checks the finished rounds of a loop. */
async function verifyRounds(out: string, { deep = false, json }: { deep?: boolean; json?: boolean }): Promise<number> {
  const { verifyLoop } = await import('../loop/verify-loop.ts');
  const findings = await verifyLoop(out, deep);
  const sound = findings.length === 0;
  if (json) print(process.stdout, `${JSON.stringify({ sound, findings })}\n`);
  else {
    for (const { path, sentence } of findings) print(process.stdout, `${path}: ${sentence}\n`);
    const paint = paintFor(process.stdout);
    print(
      process.stdout,
      sound
        ? `${out}: ${paint('good', 'the finished rounds are sound')}: each names the one before, its labels, its training set and its weights\n`
        : `${out}: ${paint('bad', `${findings.length} ${findings.length === 1 ? 'thing is' : 'things are'} wrong`)}\n`,
    );
  }
  return sound ? exitCodes.done : exitCodes.unexpected;
}

async function verifyOutput(
  out: string,
  flags: { deep?: boolean; partial?: boolean; json?: boolean },
): Promise<number> {
  const verdict = await verify({ store: existingOutput(out), codec: zstdCodec(), deep: flags.deep ?? false });
  const sound = verdict.count === 0;
  if (flags.json) {
    const counted = (checked: readonly CheckedStage[]): unknown[] =>
      checked.map(({ committed, ...stage }) => ({ ...stage, committedShards: committed.length }));
    const generations = verdict.generations.map(({ number, stages }) => ({ number, stages: counted(stages) }));
    const stages = counted(verdict.stages);
    const [planted] = verdict.planted ? counted([verdict.planted]) : [];
    print(
      process.stdout,
      `${JSON.stringify({ ...verdict, sound, stages, ...(planted ? { planted } : {}), generations })}\n`,
    );
  } else {
    for (const { path, sentence } of verdict.findings) print(process.stdout, `${path}: ${sentence}\n`);
    if (verdict.count > verdict.findings.length)
      print(process.stdout, `.. and ${verdict.count - verdict.findings.length} more\n`);
    const first = verdict.planted ? [...verdict.stages, verdict.planted] : verdict.stages;
    const runs = [{ run: '', stages: first }].concat(
      verdict.generations.map(({ number, stages }) => ({ run: `generation ${number}, `, stages: [...stages] })),
    );
    for (const { run, stage } of runs.flatMap(({ run, stages }) => stages.map((stage) => ({ run, stage })))) {
      const { records, failed } = stage.totals;
      print(
        process.stdout,
        `${run}${stage.stage}: ${stage.committed.length} of ${stage.shards} shards committed, ${records} of ${stage.records} records, ${failed} of them failed\n`,
      );
    }
    const cleaned = verdict.cleaned
      ? '. Its working files were removed by `proofmill clean`, so rows cannot be held against what was planned'
      : '';
    const checked = `${flags.deep ? 'counts, digests, totals and every row' : 'counts, digests and totals (--deep reads every row)'}${cleaned}`;
    const state = verdict.complete ? 'complete and sound' : 'sound so far, not complete';
    const paint = paintFor(process.stdout);
    print(
      process.stdout,
      sound
        ? `${out}: ${paint('good', verdict.nothingMade ? `sound, and without a label: ${verdict.nothingMade}` : state)}: ${checked}\n`
        : `${out}: ${paint('bad', `${verdict.count} ${verdict.count === 1 ? 'thing is' : 'things are'} wrong`)}\n`,
    );
  }
  if (!sound) return exitCodes.unexpected;
  if (verdict.nothingMade !== null && !flags.partial) return exitCodes.configuration;
  return verdict.complete || flags.partial ? exitCodes.done : exitCodes.temporary;
}
