import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { StageFile } from '@proofmill/contract';
import { startNode } from './child.ts';
import type { BenchEngine } from './engine.ts';
import { inFlight } from './options.ts';

export interface FloorRun {
  readonly records: number;
  readonly seconds: number;
  readonly cpuMs: number;
}

const script = fileURLToPath(new URL('bare-loop.ts', import.meta.url));

/** Runs the bare loop over a corpus, with the prompt of the stage. */
export async function runFloor(options: {
  engine: BenchEngine;
  corpus: string;
  folder: string;
  stage: StageFile;
}): Promise<FloorRun> {
  const { engine, corpus, folder, stage } = options;
  const frame = join(folder, 'frame.json');
  const [message] = stage.definition.profile.messages;
  const template = message && 'template' in message ? (message.template ?? '') : '';
  await writeFile(frame, JSON.stringify(template.split(/\{\{ \w+ \}\}/)));
  const { model } = stage.definition.engine;
  const words = [engine.url, corpus, join(folder, 'answers.jsonl'), frame, model, String(inFlight)];
  await using child = startNode(script, words);
  return JSON.parse(await child.firstLine) as FloorRun;
}
