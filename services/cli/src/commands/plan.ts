import { openStore } from '@proofmill/blob';
import { type Item, ruleGives, type StageDefinition, schemeOf, visible } from '@proofmill/contract';
import { survey, unusable } from '@proofmill/coordinate';
import { type JobFlags, jobOf, openCorpus, withJobFlags } from '@proofmill/coordinator';
import { describeFlavours } from '@proofmill/corpus';
import { refuseForeign, stageFolder } from '@proofmill/folder';
import type { JobFile } from '@proofmill/job-files';
import { rendererOf, type Shown } from '@proofmill/judge';
import { sizesOf } from '@proofmill/plan';
import { type Command, print, shutdownOnSignals } from '@proofmill/runtime';
import { failureLines } from '@proofmill/stats';
import { definitionsOf } from '../definitions.ts';
import { enginesOf } from '../engines.ts';
import { type EngineReport, probeCost, probeEngines, reportText } from '../probing.ts';
import { countsTable, lengthLines } from '../terminal/plan-counts.ts';
import { readingsJson, readingsText } from '../terminal/readings.ts';

export function addPlan(program: Command): void {
  withJobFlags(
    program.command('plan').description('show what a job would do; writes nothing, and asks nothing without --probe'),
  )
    .option('--probe', `find out what the engines of the job can do: ${probeCost}`)
    .option('--json', 'JSON on stdout')
    .action(async (path: string, flags: JobFlags & { json?: boolean; probe?: boolean }) => {
      const file = await jobOf(path, flags);
      const { job, baseDir } = file;
      const definitions = await definitionsOf(file);
      const [first] = definitions;
      if (!first) return;
      // Who plans a job for a cluster may have no credentials of its object store here.
      const { uri } = job.spec.output;
      if (schemeOf(uri) === null) await refuseForeign(stageFolder(openStore(uri), first.name), uri);
      const corpus = openCorpus(baseDir, job.spec.corpus);
      const inputs = await corpus.list(job.spec.corpus.uris);
      const sizes = sizesOf(inputs, first, job.spec.output.shards);
      const found = await survey({ corpus, inputs, spec: job.spec.corpus, sizes, first });
      const recognised = describeFlavours(found.flavours, found.unreadable);
      const prompt = found.example ? rendererOf(first.profile)(shownFirst(found.example, first)) : [];
      const probed = flags.probe && found.example ? await probedBy(file, definitions) : null;
      if (flags.json) {
        const { flavours, readings, problems, lengths, example: _example, ...counts } = found;
        const answer = {
          job: job.metadata.name,
          inputs,
          recognised,
          flavours: Object.fromEntries(flavours),
          readings: readingsJson(readings),
          ...counts,
          lengths: lengths.bins(),
          problems: problems.classes().flatMap(({ examples }) => examples),
          sizes,
          prompt,
          ...(probed ? { engines: probed.reports } : {}),
        };
        print(process.stdout, `${JSON.stringify(answer)}\n`);
        if (found.example === null) throw unusable({ problems, inputs, limit: job.spec.corpus.limit });
        if (probed?.failure) throw probed.failure;
        return;
      }
      if (found.example === null) throw unusable({ problems: found.problems, inputs, limit: job.spec.corpus.limit });
      print(
        process.stdout,
        `${[
          `${job.metadata.name}: ${inputs.length} ${inputs.length === 1 ? 'file' : 'files'}, ${inputs.reduce((sum, input) => sum + input.bytes, 0)} bytes`,
          `recognised: ${recognised}`,
          ...failureLines(found.problems.classes()).map((line) => `  ${line}`),
          '',
          readingsText(found.readings),
          countsTable(found, sizes, first),
          '',
          ...lengthLines(found.lengths),
          '',
          'the first item as the judge is asked about it:',
          ...prompt.map((message) => `[${visible(message.role)}]\n${message.content}`),
          ...(probed?.reports ?? []).flatMap((report) => ['', reportText(report)]),
        ].join('\n')}\n`,
      );
      if (probed?.failure) throw probed.failure;
    });
}

/** What the engines of a job can do, and the first reason why the job cannot work with one of them. */
async function probedBy(
  { job, baseDir }: JobFile,
  definitions: readonly StageDefinition[],
): Promise<{ readonly reports: readonly EngineReport[]; readonly failure: Error | null }> {
  using shutdown = shutdownOnSignals({ graceMs: 0 });
  using engines = enginesOf(job, baseDir, () => undefined);
  const reports: EngineReport[] = [];
  let first: Error | null = null;
  for await (const { report, failure } of probeEngines(job, definitions, engines, shutdown.abort)) {
    reports.push(report);
    first ??= failure;
  }
  return { reports, failure: first };
}

/** An item as the first request of a stage shows it. */
function shownFirst(item: Item, { kind, profile }: StageDefinition): Shown {
  if (ruleGives[profile.parse.rule] === 'score') return { item, order: [0] };
  return { item, order: [0, 1], ...(kind === 'prove' ? { winner: item.gold === 1 ? 'B' : 'A' } : {}) };
}
