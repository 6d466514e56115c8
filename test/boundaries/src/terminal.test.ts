/**
 * Texts of others (candidates, prompts, names of files, sentences of engines) reach stdout and stderr, and a terminal obeys what it is
 * sent. So one file writes there, and makes visible what would be obeyed. This looks for others.
 */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { root } from './cruise.ts';

const allowed: Readonly<Record<string, string>> = {
  'libs/io/runtime/src/terminal.ts': 'the place',
  'services/cli/src/loop/guard.ts':
    'prints into the log file of a trainer or a server, why its program does not start: the words of the system',
  'services/simulator/src/main.ts': 'prints its address, and what is wrong with its flags by the same rule',
};

const writes = [
  /\b(?:stdout|stderr|stream)\s*[?!]?\.\s*(?:write|end|writev)\b/,
  /\bconsole\s*\.\s*\w+/,
  /\bwriteSync\s*\(\s*[12]\b/,
  /\bpipe\s*\(\s*process\.std(?:out|err)/,
  // A stream under another name, or a part of it.
  /\{[^{}=]*\bwrite\b[^{}]*\}\s*=\s*process\.std(?:out|err)/,
  /\bconst\s+\w+\s*=\s*process\.std(?:out|err)\s*;/,
];

const isWriting = (text: string): boolean => writes.some((write) => write.test(text));

const files = globSync('{libs,services}/**/*.ts', { cwd: root, exclude: ['**/node_modules/**'] }).filter(
  (file) => !/[.](?:test|fixture)[.]ts$/.test(file),
);

const withoutComments = (text: string): string => text.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '');

describe('what reaches a terminal', () => {
  test('is written in one place', () => {
    const found = files.filter((file) => isWriting(withoutComments(readFileSync(join(root, file), 'utf8'))));
    expect(found.sort()).toEqual(Object.keys(allowed).sort());
    expect(files.length).toBeGreaterThan(300);
  });

  test.each([
    'process.stdout.write(text);',
    'process.stderr\n    .write(text)',
    'stream.write(line);',
    'console.log(row)',
    'writeSync(2, text)',
    'source.pipe(process.stdout)',
    'const { write } = process.stdout;',
    'const out = process.stdout;',
  ])('would be seen elsewhere: %j', (text) => {
    expect(isWriting(text)).toBe(true);
  });
});
