import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { completionScript } from './completion-script.ts';
import { wholeCommand } from './program.ts';

const program = await wholeCommand();

/** What bash offers for the last of these words. */
function offeredByBash(...words: string[]): string[] {
  const script = `${completionScript('bash', program)}
COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length - 1}
_proofmill; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout, stderr, status } = spawnSync('bash', ['--norc', '-c', script], { encoding: 'utf8' });
  expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
  return stdout.split('\n').filter((line) => line !== '');
}

describe('completion in bash', () => {
  it('offers commands, flags, choices, nested commands and files', () => {
    expect(offeredByBash('proofmill', 'st')).toEqual(['status']);
    expect(offeredByBash('proofmill', 'status', '--w')).toEqual(['--watch']);
    expect(offeredByBash('proofmill', 'run', 'job.yaml', '--executor', 'k')).toEqual(['kubernetes']);
    expect(offeredByBash('proofmill', 'profiles', 'te')).toContain('test');
    expect(offeredByBash('proofmill', 'completion', 'f')).toContain('fish');
    expect(offeredByBash('proofmill', 'run', '/etc/host')).toContain('/etc/hosts');
  });
});

describe.each(['zsh', 'fish'] as const)('completion in %s', (shell) => {
  const script = completionScript(shell, program);

  it('knows every command and flag', () => {
    for (const command of program.commands) {
      expect(script).toContain(command.name());
      for (const { long } of command.options)
        expect(script).toContain(shell === 'fish' ? `-l ${long?.slice(2)}` : long);
    }
  });

  it.skipIf(spawnSync(shell, ['--version']).status !== 0)(
    'is a script that the shell takes; skipped without it',
    () => {
      expect(spawnSync(shell, ['-n'], { input: script, encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' });
    },
  );
});
