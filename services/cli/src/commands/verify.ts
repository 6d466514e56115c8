import { type CheckedStage, verify } from '@proofmill/audit';
import { exitCodes, type Store } from '@proofmill/contract';
import { checkSet, exportedTo } from '@proofmill/export';
import { zstdCodec } from '@proofmill/formats';
import { type Command, paintFor, print } from '@proofmill/runtime';
import { isLoopFolder } from '@proofmill/training';
import { existingOutput } from '../output.ts';

export function addVerify(program: Command): void {
  program
    .command('verify')
    .description('check an output folder, a training set or the folder of a loop, using only what is in it')
    .argument('<out>', 'output folder, or that of a training set or of a loop')
    .option('--deep', 'read every row as well: schema, ids, order, content, votes')
    .option('--partial', 'accept an incomplete output whose content so far is sound')
    .option('--json', 'JSON on stdout')
    .action(async (out: string, flags: { deep?: boolean; partial?: boolean; json?: boolean }) => {
      const store = existingOutput(out);
      process.exitCode = (await isLoopFolder(store))
        ? await verifyRounds(out, flags)
        : (await exportedTo(store)) === 'set'
          ? await verifySet(out, store, flags)
          : await verifyOutput(out, flags);
    });
}

/** Checks the files of a training set. */
async function verifySet(
  out: string,
  store: Store,
  { json, partial }: { json?: boolean; partial?: boolean },
): Promise<number> {
  const { complete, files, rows, findings } = await checkSet(store);
  const sound = findings.length === 0;
  if (json) print(process.stdout, `${JSON.stringify({ sound, complete, files, rows, findings })}\n`);
  else {
    const state = complete
      ? `${files} ${files === 1 ? 'file' : 'files'} with ${rows} rows, as _MANIFEST.json names them`
      : 'it has no _SUCCESS; the same `proofmill export` completes it';
    printVerdict(
      out,
      findings,
      `${complete ? 'a complete and sound training set' : 'a training set that is not complete'}: ${state}`,
    );
  }
  if (!sound) return exitCodes.unexpected;
  return complete || partial ? exitCodes.done : exitCodes.temporary;
}

/** What was found, a line each, and how it stands: `good` where nothing was. */
function printVerdict(
  out: string,
  findings: readonly { readonly path: string; readonly sentence: string }[],
  good: string,
): void {
  for (const { path, sentence } of findings) print(process.stdout, `${path}: ${sentence}\n`);
  const paint = paintFor(process.stdout);
  const bad = `${findings.length} ${findings.length === 1 ? 'thing is' : 'things are'} wrong`;
  print(process.stdout, `${out}: ${findings.length === 0 ? paint('good', good) : paint('bad', bad)}\n`);
}

/** Checks the finished rounds of a loop. */
async function verifyRounds(
  out: string,
  { deep = false, json, partial }: { deep?: boolean; json?: boolean; partial?: boolean },
): Promise<number> {
  const { verifyLoop } = await import('../loop/verify-loop.ts');
  const { rounds, findings } = await verifyLoop(out, deep);
  const sound = findings.length === 0;
  if (json) print(process.stdout, `${JSON.stringify({ sound, rounds, findings })}\n`);
  else {
    const finished = `the ${rounds === 1 ? 'finished round is' : `${rounds} finished rounds are`} sound`;
    printVerdict(
      out,
      findings,
      rounds === 0
        ? 'no round of this loop is finished yet'
        : `${finished}: each names the one before, its batch, its labels, its training set and its weights`,
    );
  }
  if (!sound) return exitCodes.unexpected;
  return rounds === 0 && !partial ? exitCodes.temporary : exitCodes.done;
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
