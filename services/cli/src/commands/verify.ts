import { status, verify } from '@proofmill/audit';
import { openJournals } from '@proofmill/blob';
import { allTokens, exitCodes, type StageFile, stagePaths } from '@proofmill/contract';
import { costsOf } from '@proofmill/coordinate';
import { jobOf } from '@proofmill/coordinator';
import { zstdCodec } from '@proofmill/formats';
import type { Command } from '@proofmill/runtime';
import { costText } from '@proofmill/stats';
import { existingOutput } from '../output.ts';
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
    .option('--job <file>', 'job file, to show the cost by its prices')
    .option('--json', 'JSON on stdout')
    .action(async (out: string, flags: { job?: string; json?: boolean }) => {
      const store = existingOutput(out);
      const journalsOf = ({ definition }: StageFile) => openJournals(out, stagePaths(definition.name).journal);
      const found = await status({ store, journalsOf, crc32: zstdCodec().crc32 });
      const costs = flags.job === undefined ? null : costsOf((await jobOf(flags.job, {})).job, found.stages);
      const costOf = (index: number): number | null => costs?.[index] ?? null;
      if (flags.json) {
        const stages = found.stages.map((stage, index) => ({ ...stage, ...(costs ? { cost: costOf(index) } : {}) }));
        return void process.stdout.write(`${JSON.stringify({ ...found, stages })}\n`);
      }
      const rows = found.stages.map((stage, index) => [
        stage.stage,
        stage.phase,
        stage.finished,
        stage.records,
        stage.committedShards,
        stage.shards,
        stage.totals.failed,
        allTokens(stage.totals.tokens) ?? 'not counted',
        ...(costs ? [costCell(costOf(index))] : []),
      ]);
      const header = [
        'stage',
        'phase',
        'records done',
        'planned',
        'shards committed',
        'planned',
        'failed',
        'tokens',
        ...(costs ? ['cost'] : []),
      ];
      const state = found.nothingMade ?? (found.complete ? 'complete' : 'not complete');
      process.stdout.write(`${found.job}: ${state}\n${table([header, ...rows])}\n`);
    });
}

const costCell = (cost: number | null): string => (cost === null ? 'unknown' : costText(cost));

async function verifyOutput(
  out: string,
  flags: { deep?: boolean; partial?: boolean; json?: boolean },
): Promise<number> {
  const verdict = await verify({ store: existingOutput(out), codec: zstdCodec(), deep: flags.deep ?? false });
  const sound = verdict.count === 0;
  if (flags.json) {
    const stages = verdict.stages.map(({ committed, ...stage }) => ({ ...stage, committedShards: committed.length }));
    process.stdout.write(`${JSON.stringify({ ...verdict, sound, stages })}\n`);
  } else {
    for (const { path, sentence } of verdict.findings) process.stdout.write(`${path}: ${sentence}\n`);
    if (verdict.count > verdict.findings.length)
      process.stdout.write(`.. and ${verdict.count - verdict.findings.length} more\n`);
    for (const stage of verdict.stages) {
      const { records, failed } = stage.totals;
      process.stdout.write(
        `${stage.stage}: ${stage.committed.length} of ${stage.shards} shards committed, ${records} of ${stage.records} records, ${failed} of them failed\n`,
      );
    }
    const checked = flags.deep
      ? 'counts, digests, totals and every row'
      : 'counts, digests and totals (--deep reads every row)';
    const state = verdict.complete ? 'complete and sound' : 'sound so far, not complete';
    process.stdout.write(
      sound
        ? `${out}: ${verdict.nothingMade ? `sound, and without a label: ${verdict.nothingMade}` : state}: ${checked}\n`
        : `${out}: ${verdict.count} ${verdict.count === 1 ? 'thing is' : 'things are'} wrong\n`,
    );
  }
  if (!sound) return exitCodes.unexpected;
  if (verdict.nothingMade !== null && !flags.partial) return exitCodes.configuration;
  return verdict.complete || flags.partial ? exitCodes.done : exitCodes.temporary;
}
