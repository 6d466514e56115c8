import type { OutputManifest, Store } from '@proofmill/contract';
import { storedRecords } from '@proofmill/folder';
import { zstdCodec } from '@proofmill/formats';
import { type Command, printEach } from '@proofmill/runtime';
import { completeOutput, existingOutput } from '../output.ts';

export function addRows(program: Command): void {
  program
    .command('rows')
    .description(
      'print the rows of a complete output as JSON lines, for jq and the like, whatever the format of its files',
    )
    .argument('<out>', 'output folder')
    .action(async (out: string) => {
      await printEach(process.stdout, linesOf(existingOutput(out), await completeOutput(out)));
    });
}

async function* linesOf(store: Store, { shards }: OutputManifest): AsyncGenerator<string> {
  const codec = zstdCodec();
  for (const { rows } of shards) {
    if (rows.count === 0) continue;
    for await (const record of storedRecords(store, rows, codec)) {
      yield `${typeof record === 'string' ? record : JSON.stringify(record)}\n`;
    }
  }
}
