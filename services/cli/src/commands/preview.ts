import type { ChatAnswer, Engine, PackLine, StageDefinition } from '@proofmill/contract';
import { corpusRecords } from '@proofmill/coordinate';
import { openCorpus, profilesOf } from '@proofmill/coordinator';
import { type Ask, askerOf, readTagged } from '@proofmill/judge';
import { definitionOf } from '@proofmill/plan';
import { shutdownOnSignals } from '@proofmill/runtime';
import type { Command } from 'commander';
import { enginesOf } from '../engines.ts';
import { type JobFlags, jobOf, positiveInteger, withJobFlags } from '../job-arguments.ts';

type AskedLine = Extract<PackLine, { ask: true }>;

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
      const [profile] = await profilesOf(job);
      if (!spec || !profile) return;
      using shutdown = shutdownOnSignals({ graceMs: 0 });
      using engines = enginesOf(job, baseDir);
      const definition = definitionOf(spec, profile);
      const corpus = openCorpus(baseDir);
      const engine = await engines.of(spec);
      let shown = 0;
      for await (const record of corpusRecords(corpus, await corpus.list(job.spec.corpus.uris), job.spec.corpus)) {
        if (shown >= flags.items || shutdown.stop.aborted) break;
        const line = record.line(shown);
        if (!line.ask) continue;
        const seen = await askAbout(line, definition, engine, shutdown.abort);
        process.stdout.write(
          flags.json ? `${JSON.stringify({ item: line.item, ...seen })}\n` : `${readable(line, definition, seen)}\n\n`,
        );
        shown += 1;
      }
    });
}

interface Seen {
  readonly exchanges: { ask: Ask; answer: ChatAnswer }[];
  readonly outcome: unknown;
}

async function askAbout(
  line: AskedLine,
  definition: StageDefinition,
  engine: Engine,
  signal: AbortSignal,
): Promise<Seen> {
  const asking = askerOf(definition)(line);
  const exchanges: Seen['exchanges'] = [];
  for (let outcome = asking.outcome(); ; outcome = asking.outcome()) {
    if (outcome) return { exchanges, outcome };
    for (const ask of asking.wave(64)) {
      const answer = await engine.chat(ask.request, signal);
      asking.read(ask, answer);
      exchanges.push({ ask, answer });
    }
  }
}

function readable(line: AskedLine, definition: StageDefinition, { exchanges, outcome }: Seen): string {
  const { item } = line;
  const { parse } = definition.profile;
  const parts = [
    `=== ${item.source.file}:${item.source.line}`,
    ...item.prompt.map((turn) => `[${turn.role}] ${turn.content}`),
  ];
  item.responses.forEach((response, index) => {
    parts.push(`[response ${index}]${item.gold === index ? ' (gold label)' : ''} ${response}`);
  });
  for (const { ask, answer } of exchanges) {
    answer.choices.forEach((choice, offset) => {
      const judgment = parse.rule === 'tagged' ? readTagged(choice, parse).judgment : 'proof';
      const meant =
        judgment === 'first'
          ? `response ${ask.order[0]}`
          : judgment === 'second'
            ? `response ${ask.order[1]}`
            : judgment;
      parts.push(
        `--- shown as A, B: responses ${ask.order.join(', ')}; seed ${ask.request.seed + offset}; read as ${judgment} = ${meant} (${choice.finishReason})`,
        `${choice.reasoning}${choice.content}`,
      );
    });
  }
  return [...parts, `--- outcome: ${JSON.stringify(outcome)}`].join('\n');
}
