import { wholeCommand } from '@proofmill/cli';
import { expect, test } from 'vitest';
import { referenceFiles } from './files.ts';

test('the page of the command line has every command, its flags and the exit codes', async () => {
  const page = (await referenceFiles())['docs/cli.md'] ?? '';
  for (const command of (await wholeCommand()).commands) {
    expect(page).toContain(`\n## proofmill ${command.name()}\n`);
    expect(page.split(`\n## proofmill ${command.name()}\n`)[1]?.split('```')[1]).toMatch(
      new RegExp(`Examples:\n  .*proofmill ${command.name()}`),
    );
    for (const { flags } of command.options) expect(page).toContain(`  ${flags}`);
    for (const nested of command.commands)
      expect(page).toContain(`Usage: proofmill ${command.name()} ${nested.name()}`);
  }
  expect(page).toContain('Exit codes: 0 done;');
});

test('the page does not depend on the terminal', async () => {
  const columns = process.stdout.columns;
  const page = (await referenceFiles())['docs/cli.md'];
  process.stdout.columns = 200;
  try {
    expect((await referenceFiles())['docs/cli.md']).toBe(page);
  } finally {
    process.stdout.columns = columns;
  }
});
