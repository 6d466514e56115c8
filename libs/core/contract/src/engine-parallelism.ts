/**
 * How vLLM spreads a model over GPUs: `fleet.engineArgs` may say, and must then agree with the GPUs of a worker. Sizes multiply:
 * tensor x pipeline x prefill context x data (vLLM, vllm/config/parallel.py: world_size, times data_parallel_size).
 */
import type { z } from 'zod';
import { addressesOf } from './engine-spec.ts';
import { type Fleet, nodesOf } from './fleet.ts';
import type { StageSpec } from './job.ts';

/** Flags of `vllm serve`, each with its short form. */
const sizes: Readonly<Record<string, string>> = {
  '--tensor-parallel-size': '-tp',
  '--pipeline-parallel-size': '-pp',
  '--prefill-context-parallel-size': '-pcp',
  '--data-parallel-size': '-dp',
};

/** A flag of engineArgs with its value, however it is written: `-tp 8`, `--tensor_parallel_size=8`. */
interface GivenSize {
  readonly flag: string;
  readonly text: string;
}

function givenSizes(engineArgs: readonly string[]): GivenSize[] {
  return engineArgs.flatMap((argument, index) => {
    const [written = '', attached] = argument.split('=', 2);
    // vLLM takes both forms of a name.
    const name = written.startsWith('--') ? written.replaceAll('_', '-') : written;
    const flag = Object.entries(sizes).find(([long, short]) => name === long || name === short)?.[0];
    return flag === undefined ? [] : [{ flag, text: attached ?? engineArgs[index + 1] ?? '' }];
  });
}

/** A file with arguments may hold any of them, and nobody here can read it. */
const hasFile = (engineArgs: readonly string[]): boolean =>
  engineArgs.some((argument) => /^--config(=|$)/.test(argument));

/** The GPUs of one engine: those of its worker, on all of its nodes. */
const gpusOf = (fleet: Fleet): number => fleet.gpusPerWorker * nodesOf(fleet);

/**
 * The arguments that put an engine on all GPUs of its worker; none where engineArgs says how. Within a node each layer is split,
 * which needs fast links; nodes take a part of the layers each (vLLM, "Parallelism and Scaling").
 */
export function parallelArguments(fleet: Fleet): readonly string[] {
  const { engineArgs, gpusPerWorker } = fleet;
  if (givenSizes(engineArgs).length > 0 || hasFile(engineArgs)) return [];
  const nodes = nodesOf(fleet);
  return [
    ...(gpusPerWorker > 1 ? ['--tensor-parallel-size', String(gpusPerWorker)] : []),
    ...(nodes > 1 ? ['--pipeline-parallel-size', String(nodes)] : []),
  ];
}

/** A sentence where engineArgs and the GPUs of a worker contradict each other; null where they agree. */
function parallelFault(fleet: Fleet): string | null {
  const { engineArgs, gpusPerWorker } = fleet;
  const given = givenSizes(engineArgs);
  for (const { flag, text } of given) {
    if (!/^[1-9][0-9]*$/.test(text)) return `has ${flag} without a whole number after it`;
  }
  // Without GPUs the engine runs on processors, which it counts in its own way.
  if (given.length === 0 || gpusPerWorker === 0 || hasFile(engineArgs)) return null;
  const product = given.reduce((all, { text }) => all * Number(text), 1);
  if (product === gpusOf(fleet)) return null;
  const asked = given.map(({ flag, text }) => `${flag} ${text}`).join(', ');
  const from =
    nodesOf(fleet) > 1 ? `gpusPerWorker x nodesPerWorker: ${fleet.gpusPerWorker} x ${nodesOf(fleet)}` : 'gpusPerWorker';
  return `asks for ${product} GPUs (${asked}), and a worker has ${gpusOf(fleet)} (${from}); make them equal, or leave those arguments out: all GPUs of a worker are then used together`;
}

/** Refuses stages whose engine could not start with what it gets. */
export function refuseParallelFaults(
  { pipeline }: { readonly pipeline: readonly StageSpec[] },
  context: z.RefinementCtx,
): void {
  for (const [index, { engine, fleet }] of pipeline.entries()) {
    const refuse = (field: keyof Fleet, message: string): void =>
      context.addIssue({ code: 'custom', path: ['pipeline', index, 'fleet', field], message });
    const addresses = addressesOf(engine);
    const fault = addresses.length === 0 ? parallelFault(fleet) : null;
    if (fault !== null) refuse('engineArgs', fault);
    if (nodesOf(fleet) > 1 && addresses.some((url) => /^https?:/.test(url))) {
      refuse(
        'nodesPerWorker',
        `is ${nodesOf(fleet)}, but the engine is elsewhere (engine.baseUrl), and its workers need no nodes of their own; leave one of the two out`,
      );
    }
  }
}
