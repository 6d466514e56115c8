import { verify } from '@proofmill/audit';
import { ConfigurationError } from '@proofmill/contract';
import { cleanOutput } from '@proofmill/coordinate';
import { zstdCodec } from '@proofmill/formats';
import { type Command, print } from '@proofmill/runtime';
import { holdOutput } from '../exclusive-run.ts';
import { existingOutput, shownOutput } from '../output.ts';

export function addClean(program: Command): void {
  program
    .command('clean')
    .description(
      'remove the working files of a complete output: packs, journals, checkpoints, staged files, and the secret that its ends were signed with. Rows, failures, card and manifests stay; nothing can be retried afterwards',
    )
    .argument('<out>', 'output folder')
    .action(async (out: string) => {
      const store = existingOutput(out);
      await using _held = await holdOutput(out);
      // Staged files may be the last good copy of a damaged one.
      const { count, findings } = await verify({ store, codec: zstdCodec(), deep: false });
      if (count > 0) {
        const [first] = findings;
        const found = `${first?.path}: ${first?.sentence}`;
        throw new ConfigurationError(
          `nothing was removed, because ${out} is damaged: ${found}${count === 1 ? '' : `, and ${count - 1} more`}. See \`proofmill verify ${shownOutput(out)}\``,
        );
      }
      const removed = await cleanOutput(store);
      print(
        process.stdout,
        removed === 0
          ? `${shownOutput(out)}: there are no working files to remove\n`
          : `${shownOutput(out)}: ${removed} working files removed. data/, failed/, the card and the manifests are unchanged\n`,
      );
    });
}
