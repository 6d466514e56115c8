/**
 * What a loop names is looked for once, ahead of its first step and of LOOP.json: a corpus or a program may be days away, behind labels that somebody
 * has paid for, and a corpus cannot be corrected once the folder is that of the loop.
 */
import type { TrainingLoop } from '@proofmill/contract';
import type { LoopPorts } from './loop-ports.ts';
import { measuredPrompts } from './measured-prompts.ts';

/**
 * @throws {ConfigurationError} where a corpus has no file, what is to measure has no gold label, or a command cannot be started
 */
export async function requireStartable(loop: TrainingLoop, ports: LoopPorts): Promise<void> {
  const { start, rationales, batch } = loop.spec;
  await ports.requireCommands();
  for (const spec of [rationales?.corpus, start.judge?.corpus, batch?.corpus])
    if (spec) await ports.corpus(spec, null).list(spec.uris);
  await measuredPrompts({ loop, ports });
}
