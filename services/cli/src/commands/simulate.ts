import { exitCodes } from '@proofmill/contract';
import { type Command, print, shutdownOnSignals } from '@proofmill/runtime';
import { parseFlags, simulateFlagsSchema, startSimulator } from '@proofmill/simulator';
import { table } from '../terminal/table.ts';

export function addSimulate(program: Command): void {
  program
    .command('simulate')
    .description('run a stand-in for vLLM, whose judge knows only its gold files; prints one JSON line when ready')
    .helpOption(false)
    .allowUnknownOption()
    .allowExcessArguments()
    .argument(
      '[flags...]',
      '--port P, --host ADDRESS, --uds PATH, --model NAME, --gold FILE, --slots N, --time-scale X, ..',
    )
    .action(async (_words: string[], _flags: unknown, command: Command) => {
      if (command.args.includes('--help') || command.args.includes('-h')) {
        print(process.stdout, simulateHelp());
        return;
      }
      using shutdown = shutdownOnSignals({ graceMs: 1000 });
      // Like vLLM, whose server ends with 0 when its engine dies.
      const onDeath = (): never => process.exit(exitCodes.done);
      const { simulator, url, model } = await startSimulator(parseFlags(command.args), { onDeath });
      print(process.stdout, `${JSON.stringify({ url, model, pid: process.pid })}\n`);
      if (!shutdown.stop.aborted)
        await new Promise((resolve) => shutdown.stop.addEventListener('abort', resolve, { once: true }));
      await simulator.close();
    });
}

/** The flags of the simulator, as their schema describes them. */
function simulateHelp(): string {
  const rows = Object.entries(simulateFlagsSchema.shape).map(([name, schema]) => {
    const initial: unknown = schema.safeParse(undefined).data;
    const shown =
      initial === undefined || String(initial) === '' || initial === false ? '' : ` (default: ${String(initial)})`;
    return [`  --${name}`, `${schema.meta()?.description ?? ''}${shown}`];
  });
  return `Usage: proofmill simulate [flags]\n\n${table(rows)}\n\nExamples:\n  proofmill simulate --port 8000 --gold pairs.jsonl\n`;
}
