import { type CheckedStage, type StageStatus, status, verify } from '@proofmill/audit';
import { openJournals } from '@proofmill/blob';
import { exitCodes, type StageFile, stagePaths } from '@proofmill/contract';
import { zstdCodec } from '@proofmill/formats';
import type { Command } from '@proofmill/runtime';
import { existingOutput, folderOfRun } from '../output.ts';
import { table } from '../terminal/table.ts';

export function addVerify(program: Command): void {
  program
    .command('verify')
    .description('check an output folder, using only what is in it')
    .argument('<out>', 'output folder')
    .option('--deep', 'read every row as well: schema, ids, order, content, votes')
    .option('--partial', 'accept an incomplete output whose content so far is sound')
    .option('--json', 'JSON on stdout')
    .action(async (out: string, flags: { deep?: boolean; partial?: boolean; json?: boolean }) => {
      process.exitCode = await verifyOutput(out, flags);
    });

  program
    .command('status')
    .description('show how far a job has come')
    .argument('<out>', 'output folder')
    .option('--json', 'JSON on stdout')
    .action(async (out: string, flags: { json?: boolean }) => {
      const store = existingOutput(out);
      const journalsOf = ({ definition }: StageFile, generation: number) =>
        openJournals(folderOfRun(out, generation), stagePaths(definition.name).journal);
      const found = await status({ store, journalsOf, crc32: zstdCodec().crc32 });
      if (flags.json) return void process.stdout.write(`${JSON.stringify(found)}\n`);
      const rows = [
        ...found.stages.map((stage) => statusRow(stage)),
        ...found.generations.flatMap(({ number, stages }) => stages.map((stage) => statusRow(stage, number))),
      ];
      const header = ['stage', 'phase', 'records done', 'planned', 'shards committed', 'planned', 'failed', 'tokens'];
      const open = found.generations.find(({ complete }) => !complete);
      const state = found.complete ? 'complete' : 'not complete';
      const retried = open ? `; generation ${open.number} is not, \`proofmill retry ${out}\` resumes it` : '';
      process.stdout.write(`${found.job}: ${state}${retried}\n${table([header, ...rows])}\n`);
    });
}

const statusRow = (stage: StageStatus, generation = 0): (string | number)[] => [
  generation === 0 ? stage.stage : `${stage.stage}, generation ${generation}`,
  stage.phase,
  stage.finished,
  stage.records,
  stage.committedShards,
  stage.shards,
  stage.totals.failed,
  stage.totals.tokens.prompt + stage.totals.tokens.completion,
];

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
    process.stdout.write(`${JSON.stringify({ ...verdict, sound, stages, generations })}\n`);
  } else {
    for (const { path, sentence } of verdict.findings) process.stdout.write(`${path}: ${sentence}\n`);
    if (verdict.count > verdict.findings.length)
      process.stdout.write(`.. and ${verdict.count - verdict.findings.length} more\n`);
    const runs = [{ run: '', stages: verdict.stages }].concat(
      verdict.generations.map(({ number, stages }) => ({ run: `generation ${number}, `, stages: [...stages] })),
    );
    for (const { run, stage } of runs.flatMap(({ run, stages }) => stages.map((stage) => ({ run, stage })))) {
      const { records, failed } = stage.totals;
      process.stdout.write(
        `${run}${stage.stage}: ${stage.committed.length} of ${stage.shards} shards committed, ${records} of ${stage.records} records, ${failed} of them failed\n`,
      );
    }
    const cleaned = verdict.cleaned
      ? '. Its working files were removed by `proofmill clean`, so rows cannot be held against what was planned'
      : '';
    const checked = `${flags.deep ? 'counts, digests, totals and every row' : 'counts, digests and totals (--deep reads every row)'}${cleaned}`;
    process.stdout.write(
      sound
        ? `${out}: ${verdict.complete ? 'complete and sound' : 'sound so far, not complete'}: ${checked}\n`
        : `${out}: ${verdict.count} ${verdict.count === 1 ? 'thing is' : 'things are'} wrong\n`,
    );
  }
  if (!sound) return exitCodes.unexpected;
  return verdict.complete || flags.partial ? exitCodes.done : exitCodes.temporary;
}
