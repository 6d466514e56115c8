/**
 * Nothing that we did not make is removed. Every file that removes a folder with all that is in it is listed here, with the
 * reason why nobody else's files can be in it. Only a test may do without, where it makes a temporary folder itself (mkdtemp).
 */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { root } from './cruise.ts';

const ours: Readonly<Record<string, string>> = {
  'test/contract/src/transport-faults.test.ts':
    'messages of a nats-server that the test has started, in a store of its own',
  '.ci/run': 'tmp/ and .nx of the clone, which git ignores and only scripts write',
  'test/bench/src/capacity/proofmill.ts': 'the output of a measurement, in the folder that main.ts made by mkdtemp',
  'test/bench/src/exports/exports.ts': 'outputs and sets of a measurement, in the folder that main.ts made by mkdtemp',
  'test/bench/src/soak/soak.ts': 'the output of a measurement, in the folder that main.ts made by mkdtemp',
  'test/bench/src/fleet.ts': 'the output of a measurement, in the folder that main.ts made by mkdtemp',
  'test/integration/src/training-loop-troubles.test.ts':
    'a checkpoint of the stand-in trainer, in the folder that loop-runs.ts made by mkdtemp',
  'test/integration/src/training/stand-in-trainer.ts': 'its own checkpoint, which it has made in the same run',
  'test/integrity/src/store-damage.ts': 'what a nats-server that the bed has started has stored, in a store of its own',
  'tools/nats-server/src/cluster.ts': 'the folder that nats-server makes in its store',
  'tools/nats-server/src/launch.ts': 'the folder that server.ts made by mkdtemp',
  'tools/nats-server/src/program.ts': 'the folder of one version of the server in the cache',
  'tools/nats-server/src/server.ts': 'the folder that nats-server makes in its store',
  'tools/one-node-cluster/src/build/addition.ts': 'the scratch folder of the build, in the cache',
  'tools/one-node-cluster/src/build/archive.ts': 'the scratch folder of the build, in the cache',
  'tools/one-node-cluster/src/build/build.ts': 'the scratch folder of the build, in the cache',
  'tools/one-node-cluster/src/build/kubernetes-tools.ts': 'an unfinished download in the cache',
  'tools/one-node-cluster/src/build/kueue.ts': 'templates in its own copy of the chart, in the cache',
  'tools/one-node-cluster/src/build/module-folder.ts': 'an earlier copy of the same folder, in the cache',
  'tools/one-node-cluster/src/down.ts': 'the folders of one cluster, by a name without slashes and dots',
  'tools/process/src/go-program.ts': 'the copy of a module beside the program that it builds, in the cache',
  'tools/prometheus/src/server.ts': 'made by mkdtemp in the same file',
  'tools/python/src/environment.ts': 'an unfinished environment in the cache',
  'tools/vllm-cpu/src/install/mark.ts': 'downloads and an unfinished installation, in the cache',
  'tools/vllm-cpu/src/install/python/rename_distribution.py': 'a distribution in our own environment, in the cache',
  'tools/versitygw/src/server.ts': 'made by mkdtemp in the same file',
  'tools/vllm-cpu/src/server/group.ts': 'the scratch folder that life.ts made by mkdtemp',
  'tools/vllm-cpu/src/server/life.ts': 'the scratch folder, made by mkdtemp in the same file',
};

const removals = [
  /\brm(?:Sync)?\([^;]*?recursive: true/s,
  /\brmdir(?:Sync)?\([^;]*?recursive: true/s,
  /\brm -rf?\b/,
  /\brmtree\(/,
];

const removesFolders = (text: string): boolean => removals.some((removal) => removal.test(text));

const isTest = (file: string): boolean => file.startsWith('test/') || /[.](test|fixture)[.]ts$/.test(file);

const textOf = (file: string): string => readFileSync(join(root, file), 'utf8');

const isTemporary = (file: string): boolean => isTest(file) && /\bmkdtemp(?:Sync|Disposable)?\(/.test(textOf(file));

const files = globSync(
  [
    '{libs,services,tools,test,scripts}/**/*.{ts,js,mjs,py,sh}',
    '.ci/*',
    'package.json',
    '{charts,k8s}/**/*.{yaml,tpl}',
  ],
  { cwd: root, exclude: ['**/node_modules/**', 'test/boundaries/src/removals.test.ts'] },
);

describe('nothing that we did not make is removed', () => {
  test('every file that removes whole folders is listed with the reason', () => {
    const found = files.filter((file) => removesFolders(textOf(file)) && !isTemporary(file));
    expect(found.sort()).toEqual(Object.keys(ours).sort());
  });

  test('no file of a product removes a folder', () => {
    const shipped = files.filter((file) => /^(libs|services)\//.test(file) && !isTest(file));
    expect(shipped.filter((file) => removesFolders(textOf(file)))).toEqual([]);
    expect(shipped.length).toBeGreaterThan(100);
  });

  test.each([
    'await rm(values.out, { recursive: true, force: true });',
    'rmSync(\n  out,\n  { force: true, recursive: true },\n);',
    'rm -rf "$OUT"',
    'rm -r demo-out',
    'shutil.rmtree(target)',
  ])('it would be seen: %j', (text) => {
    expect(removesFolders(text)).toBe(true);
  });
});
