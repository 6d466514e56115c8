import { drawSample } from '@proofmill/audit';
import { zstdCodec } from '@proofmill/formats';
import { type Command, positiveInteger, print } from '@proofmill/runtime';
import { completeOutput, existingOutput } from '../output.ts';

export function addSample(program: Command): void {
  program
    .command('sample')
    .description('print a random sample of the kept rows of a complete output, without labels, for people to answer')
    .argument('<out>', 'output folder')
    .option('--n <n>', 'how many', positiveInteger, 300)
    .action(async (out: string, { n }: { n: number }) => {
      const output = { store: existingOutput(out), codec: zstdCodec(), manifest: await completeOutput(out) };
      for (const { id, sourceId, prompt, responses } of await drawSample(output, n))
        print(process.stdout, `${JSON.stringify({ id, sourceId, prompt, responses })}\n`);
    });
}
