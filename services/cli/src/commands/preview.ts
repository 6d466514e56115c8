import { corpusRecords, unusable } from '@proofmill/coordinate';
import { type JobFlags, jobOf, openCorpus, profilesOf, withJobFlags } from '@proofmill/coordinator';
import { definitionOf } from '@proofmill/plan';
import { type Command, positiveInteger, shutdownOnSignals } from '@proofmill/runtime';
import { FailureTally, failureLines } from '@proofmill/stats';
import { engineByJudge } from '@proofmill/work';
import { enginesOf, introduced } from '../engines.ts';
import { askAbout, readableSeen } from '../exchanges.ts';

export function addPreview(program: Command): void {
  withJobFlags(
    program
      .command('preview')
      .description('ask the engine about a few items and show how its answers are read; writes nothing'),
  )
    .option('--items <n>', 'how many items', positiveInteger, 5)
    .option('--json', 'JSON lines on stdout')
    .action(async (path: string, flags: JobFlags & { items: number; json?: boolean }) => {
      const { job, baseDir } = await jobOf(path, flags);
      const [spec] = job.spec.pipeline;
      const [profiles] = await profilesOf(job, baseDir);
      if (!spec || !profiles) return;
      using shutdown = shutdownOnSignals({ graceMs: 0 });
      using engines = enginesOf(job, baseDir, (sentence) => process.stderr.write(`${sentence}\n`));
      const definition = definitionOf(spec, profiles);
      const corpus = openCorpus(baseDir);
      const opened = await engines.of(spec, definition);
      await introduced(opened, shutdown.abort);
      const engine = engineByJudge(opened);
      let shown = 0;
      const problems = new FailureTally();
      const failures = new FailureTally();
      const inputs = await corpus.list(job.spec.corpus.uris);
      for await (const record of corpusRecords(corpus, inputs, job.spec.corpus, definition)) {
        if (shown >= flags.items || shutdown.stop.aborted) break;
        const line = record.line(shown);
        if (!line.ask) {
          if (line.decided.type === 'failed') problems.add({ source: line.source, ...line.decided });
          continue;
        }
        const seen = await askAbout(line, definition, engine, shutdown.abort);
        process.stdout.write(
          flags.json ? `${JSON.stringify({ item: line.item, ...seen })}\n` : `${readableSeen(line, seen)}\n\n`,
        );
        if (seen.outcome.type === 'failed') failures.add({ source: line.item.source, ...seen.outcome });
        shown += 1;
      }
      if (shown === 0 && !shutdown.stop.aborted) {
        throw unusable({ problems, inputs, limit: job.spec.corpus.limit });
      }
      tell(`${problems.records} passed over as nothing can be asked about them`, problems);
      tell(`${failures.records} of the ${shown} above without an answer that counts`, failures);
    });
}

/** What became of some records, on stderr: stdout is for what was asked and answered. */
function tell(sentence: string, tally: FailureTally): void {
  if (tally.records === 0) return;
  process.stderr.write(`${sentence}:\n${failureLines(tally.classes()).join('\n')}\n`);
}
