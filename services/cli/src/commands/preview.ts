import type { Engine, Job, StageDefinition } from '@proofmill/contract';
import { corpusRecords, unusable } from '@proofmill/coordinate';
import { type JobFlags, jobOf, openCorpus, withJobFlags } from '@proofmill/coordinator';
import { type Command, positiveInteger, print, shutdownOnSignals } from '@proofmill/runtime';
import { FailureTally, failureLines } from '@proofmill/stats';
import { engineByJudge } from '@proofmill/work';
import { definitionsOf } from '../definitions.ts';
import { enginesOf, introduced } from '../engines.ts';
import { askAbout, readableSeen } from '../exchanges.ts';
import { type EngineReport, probeCost, probeEngines, reportText } from '../probing.ts';

export function addPreview(program: Command): void {
  withJobFlags(
    program
      .command('preview')
      .description(
        'ask the engine about a few items, show how its answers are read and what the engines of the job can do; writes nothing',
      ),
  )
    .option('--items <n>', 'how many items', positiveInteger, 5)
    .option('--no-probe', `do not find out what the engines can do: ${probeCost}`)
    .option('--json', 'JSON lines on stdout: the items, then the engines')
    .action(async (path: string, flags: JobFlags & PreviewFlags) => {
      const file = await jobOf(path, flags);
      const { job, baseDir } = file;
      const definitions = await definitionsOf(file);
      const [spec] = job.spec.pipeline;
      const [definition] = definitions;
      if (!spec || !definition) return;
      using shutdown = shutdownOnSignals({ graceMs: 0 });
      using engines = enginesOf(job, baseDir, (sentence) => print(process.stderr, `${sentence}\n`));
      const opened = await engines.of(spec, definition);
      await introduced(opened, shutdown.abort);
      const engine = engineByJudge(opened);
      const tallies = await showItems({
        job,
        baseDir,
        definition,
        engine,
        flags,
        stop: shutdown.stop,
        abort: shutdown.abort,
      });
      if (flags.probe && !shutdown.stop.aborted) {
        const reports: EngineReport[] = [];
        // Items were answered: what fails here concerns a stage that comes later, and is shown.
        for await (const { report } of probeEngines(job, definitions, engines, shutdown.abort)) reports.push(report);
        const text = flags.json ? JSON.stringify({ engines: reports }) : reports.map(reportText).join('\n\n');
        print(process.stdout, `${text}\n`);
      }
      const { problems, failures, shown } = tallies;
      tell(`${problems.records} unusable ${problems.records === 1 ? 'record' : 'records'} skipped`, problems);
      tell(`${failures.records} of the ${shown} above without an answer that counts`, failures);
    });
}

interface PreviewFlags {
  readonly items: number;
  readonly probe: boolean;
  readonly json?: boolean;
}

interface Showing {
  readonly job: Job;
  readonly baseDir: string;
  readonly definition: StageDefinition;
  readonly engine: Engine;
  readonly flags: PreviewFlags;
  readonly stop: AbortSignal;
  readonly abort: AbortSignal;
}

/** Asks about the first items and shows the answers. Throws as `unusable` says where there is no item. */
async function showItems({ job, baseDir, definition, engine, flags, stop, abort }: Showing) {
  const problems = new FailureTally();
  const failures = new FailureTally();
  let shown = 0;
  const corpus = openCorpus(baseDir, job.spec.corpus);
  const inputs = await corpus.list(job.spec.corpus.uris);
  for await (const record of corpusRecords(corpus, inputs, job.spec.corpus, definition)) {
    if (shown >= flags.items || stop.aborted) break;
    const line = record.line(shown);
    if (!line.ask) {
      if (line.decided.type === 'failed') problems.add({ source: line.source, ...line.decided });
      continue;
    }
    const seen = await askAbout(line, definition, engine, abort);
    print(
      process.stdout,
      flags.json ? `${JSON.stringify({ item: line.item, ...seen })}\n` : `${readableSeen(line, seen)}\n\n`,
    );
    if (seen.outcome.type === 'failed') failures.add({ source: line.item.source, ...seen.outcome });
    shown += 1;
  }
  if (shown === 0 && !stop.aborted) throw unusable({ problems, inputs, limit: job.spec.corpus.limit });
  return { problems, failures, shown };
}

/** What became of some records, on stderr: stdout is for what was asked and answered. */
function tell(sentence: string, tally: FailureTally): void {
  if (tally.records === 0) return;
  print(process.stderr, `${sentence}:\n${failureLines(tally.classes()).join('\n')}\n`);
}
