/** What the engines of a job can do, and what follows for the job: asked once, shown by `plan --probe` and `preview`. */
import {
  addressesOf,
  type Capability,
  type CapabilityName,
  capabilityNames,
  isForeseen,
  type Job,
  type ProbedEngine,
  type StageDefinition,
} from '@proofmill/contract';
import { type JudgeOfStage, judgesOfStage, probedUseOf, whatFollows } from '@proofmill/judge';
import type { VllmEngine } from '@proofmill/vllm';
import { refuseUnfit } from '@proofmill/work';
import type { AskedModel, Engines } from './engines.ts';
import { table } from './terminal/table.ts';

/** What `--help` says of the requests. */
export const probeCost = 'about a dozen small requests to each engine; a hosted one charges for a few hundred tokens';

/** A capability, with what a "no" means for the job. */
interface Shown extends Capability {
  readonly follows: readonly string[];
}

/** An engine of a job: the answer of `--json`. */
export interface EngineReport {
  /** Null where the job gives none. */
  readonly address: string | null;
  readonly model: string;
  /** The judges that ask it: `stage label`, `stage label, first judge`. */
  readonly askedBy: readonly string[];
  readonly capabilities: Readonly<Partial<Record<CapabilityName, Shown>>>;
  /** Why the job cannot work with it; null where it can. */
  readonly error: string | null;
}

interface Reported {
  readonly report: EngineReport;
  /** What a run, or a preview, would end with. */
  readonly failure: Error | null;
}

interface EngineOfJob {
  readonly asked: AskedModel;
  readonly engine: VllmEngine;
  readonly judges: JudgeOfStage[];
}

/**
 * Probes each engine of each stage, one after the other. An engine that several judges ask is one, told apart by address and model. Rejects
 * with the signal's reason.
 */
export async function* probeEngines(
  { spec: { pipeline } }: Job,
  definitions: readonly StageDefinition[],
  engines: Engines,
  signal: AbortSignal,
): AsyncGenerator<Reported> {
  const known = new Map<VllmEngine, EngineOfJob>();
  for (const [index, definition] of definitions.entries()) {
    const spec = pipeline[index];
    if (!spec) continue;
    const judges = judgesOfStage(definition);
    try {
      const [own, first = own] = await engines.each(spec, definition);
      for (const judge of judges) addTo(known, judge.role === 'first' ? first : own, judge);
    } catch (error) {
      if (!isForeseen(error)) throw error;
      const { model } = spec.engine;
      const [address = null] = addressesOf(spec.engine);
      const askedBy = judges.map(({ where }) => where);
      const report = { address, model, askedBy, capabilities: {}, error: error.message };
      yield { report, failure: error };
    }
  }
  for (const each of known.values()) yield reportOf(each, await probed(each, signal));
}

type Opened = Omit<EngineOfJob, 'judges'>;

function addTo(known: Map<VllmEngine, EngineOfJob>, opened: Opened, judge: JudgeOfStage): void {
  const entry = known.get(opened.engine) ?? { ...opened, judges: [] };
  entry.judges.push(judge);
  known.set(opened.engine, entry);
}

const probed = ({ asked: { model }, engine, judges }: EngineOfJob, signal: AbortSignal): Promise<ProbedEngine> =>
  engine.probe(probedUseOf(model, judges), signal);

function reportOf({ asked, engine, judges }: EngineOfJob, { models, capabilities, failure }: ProbedEngine): Reported {
  const entries = capabilityNames.flatMap((name): [CapabilityName, Shown][] => {
    const capability = capabilities[name];
    if (!capability) return [];
    const { found } = capability;
    const charges = engine.chargesForRequests;
    return [[name, { ...capability, follows: whatFollows(name, { found, models, charges }, judges) }]];
  });
  const reason = failure ?? misfitOf(models, judges);
  const report: EngineReport = {
    address: asked.address,
    model: asked.model,
    askedBy: judges.map(({ where }) => where),
    capabilities: Object.fromEntries(entries),
    error: reason?.message ?? null,
  };
  return { report, failure: reason };
}

/** Why a worker would not begin; null where it would. */
function misfitOf(models: ProbedEngine['models'], judges: readonly JudgeOfStage[]): Error | null {
  try {
    for (const judge of judges) refuseUnfit(models, judge);
    return null;
  } catch (error) {
    if (!isForeseen(error)) throw error;
    return error;
  }
}

/** As text, for a person to read: a line a capability. */
export function reportText({ address, model, askedBy, capabilities, error }: EngineReport): string {
  const rows = capabilityNames.flatMap((name) => {
    const shown = capabilities[name];
    return shown ? [[`  ${name}`, shown.found, lineOf(name, shown)]] : [];
  });
  const head = `engine ${address ?? 'without an address'}, model ${model} (${askedBy.join('; ')})`;
  return [head, ...(rows.length > 0 ? [table(rows)] : []), ...(error === null ? [] : [`  ${error}`])].join('\n');
}

function lineOf(name: CapabilityName, { found, how, follows }: Shown): string {
  if (follows.length > 0) return `${how}. ${follows.map(asSentence).join('. ')}`;
  return found === 'no' && name !== 'answers' ? `${how}. No difference to this job` : how;
}

/** A clause that begins with the name of a profile or a field keeps its first letter. */
const asSentence = (clause: string): string =>
  /^[a-z]+ /.test(clause) ? clause.charAt(0).toUpperCase() + clause.slice(1) : clause;
