import { openStore } from '@proofmill/blob';
import { type Item, ruleGives, type StageDefinition, schemeOf } from '@proofmill/contract';
import { survey, unusable } from '@proofmill/coordinate';
import { type JobFlags, jobOf, openCorpus, profilesOf, withJobFlags } from '@proofmill/coordinator';
import { describeFlavours } from '@proofmill/corpus';
import { refuseForeign, stageFolder } from '@proofmill/folder';
import { rendererOf, type Shown } from '@proofmill/judge';
import { definitionOf, sizesOf } from '@proofmill/plan';
import type { Command } from '@proofmill/runtime';
import { failureLines } from '@proofmill/stats';
import { table } from '../terminal/table.ts';

export function addPlan(program: Command): void {
  withJobFlags(program.command('plan').description('show what a job would do; asks nothing, writes nothing'))
    .option('--json', 'JSON on stdout')
    .action(async (path: string, flags: JobFlags & { json?: boolean }) => {
      const { job, baseDir } = await jobOf(path, flags);
      const profiles = await profilesOf(job, baseDir);
      const definitions = job.spec.pipeline.map((spec, index) => definitionOf(spec, profileAt(profiles, index)));
      const [first] = definitions;
      if (!first) return;
      // Who plans a job for a cluster may have no credentials of its object store here.
      const { uri } = job.spec.output;
      if (schemeOf(uri) === null) await refuseForeign(stageFolder(openStore(uri), first.name), uri);
      const corpus = openCorpus(baseDir);
      const inputs = await corpus.list(job.spec.corpus.uris);
      const sizes = sizesOf(inputs, first, job.spec.output.shards);
      const found = await survey({ corpus, inputs, spec: job.spec.corpus, sizes, first });
      const recognised = describeFlavours(found.flavours, found.unreadable);
      const prompt = found.example ? rendererOf(first.profile)(shownFirst(found.example, first)) : [];
      if (flags.json) {
        const { flavours, problems, example: _example, ...counts } = found;
        const answer = {
          job: job.metadata.name,
          inputs,
          recognised,
          flavours: Object.fromEntries(flavours),
          ...counts,
          problems: problems.classes().flatMap(({ examples }) => examples),
          sizes,
          prompt,
        };
        process.stdout.write(`${JSON.stringify(answer)}\n`);
        if (found.example === null) throw unusable({ problems, inputs, limit: job.spec.corpus.limit });
        return;
      }
      if (found.example === null) throw unusable({ problems: found.problems, inputs, limit: job.spec.corpus.limit });
      const votes = first.kind === 'label' ? first.votes.max : first.candidates;
      const askedItems = found.records - found.unreadable;
      process.stdout.write(
        `${[
          `${job.metadata.name}: ${inputs.length} ${inputs.length === 1 ? 'file' : 'files'}, ${inputs.reduce((sum, input) => sum + input.bytes, 0)} bytes`,
          `recognised: ${recognised}`,
          ...failureLines(found.problems.classes()).map((line) => `  ${line}`),
          '',
          table([
            ['records', found.records],
            ['with a gold label', found.gold],
            ['shards (output files)', found.shards],
            ['chunks (tasks)', found.chunks],
            ['items a chunk, at most', sizes.chunkItems],
            [
              `${first.kind === 'label' ? 'votes' : 'proofs'} wanted in stage ${first.name}, at most`,
              votes * askedItems,
            ],
          ]),
          '',
          'the first item as the judge is asked about it:',
          ...prompt.map((message) => `[${message.role}]\n${message.content}`),
        ].join('\n')}\n`,
      );
    });
}

/** An item as the first request of a stage shows it. */
function shownFirst(item: Item, { kind, profile }: StageDefinition): Shown {
  if (ruleGives[profile.parse.rule] === 'score') return { item, order: [0] };
  return { item, order: [0, 1], ...(kind === 'prove' ? { winner: item.gold === 1 ? 'B' : 'A' } : {}) };
}

function profileAt<Value>(values: readonly Value[], index: number): Value {
  const value = values[index];
  if (value === undefined) throw new RangeError(`there is no profile ${index}`);
  return value;
}
