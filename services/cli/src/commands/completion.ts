import { Argument, Command, print } from '@proofmill/runtime';
import type { ListedCommand } from '../command-list.ts';
import { type CompletionShell, completionScript, completionShells } from '../completion-script.ts';

export function addCompletion(program: Command, list: readonly ListedCommand[]): void {
  program
    .command('completion')
    .description('print a script that completes commands and flags of proofmill in a shell')
    .addArgument(new Argument('<shell>', 'for which shell').choices(completionShells))
    .action(async (shell: CompletionShell) => {
      const whole = new Command('proofmill');
      for (const { add } of list) await add(whole);
      print(process.stdout, completionScript(shell, whole));
    });
}
