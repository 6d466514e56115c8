import { globSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { type Cruise, configPath, cruise, root } from './cruise.ts';
import { plantedTree } from './planted-tree.ts';

const corePath = 'libs/core/plan/src/canary';

/** Each: the rule that must speak, the file that breaks it, and the import that does. */
const canaries: [rule: string, file: string, code: string][] = [
  ['contract-imports-only-zod', 'libs/core/contract/src/a.ts', "import { readFile } from 'node:fs/promises';"],
  ['contract-imports-only-zod', 'libs/core/contract/src/b.ts', "import { Template } from '@huggingface/jinja';"],
  ['contract-imports-only-zod', 'libs/core/contract/src/c.ts', "import '@proofmill/plan';"],
  ['core-no-sibling', `${corePath}/a.ts`, "import '@proofmill/corpus';"],
  ['core-no-sibling', `${corePath}/b.ts`, "import type { Corpus } from '@proofmill/corpus';"],
  ['core-no-sibling', `${corePath}/c.ts`, "export * from '@proofmill/corpus';"],
  ['core-no-sibling', `${corePath}/d.ts`, "export const late = () => import('@proofmill/corpus');"],
  ['core-no-sibling', `${corePath}/e.test.ts`, "import '@proofmill/corpus';"],
  ['core-no-outer-layer', `${corePath}/f.ts`, "import '@proofmill/memory';"],
  ['core-no-outer-layer', `${corePath}/g.ts`, "import '@proofmill/work';"],
  ['core-no-outer-layer', `${corePath}/h.ts`, "import '@proofmill/worker';"],
  ['core-is-pure', `${corePath}/i.ts`, "import { readFile } from 'node:fs/promises';"],
  ['core-is-pure', `${corePath}/j.ts`, "import { performance } from 'node:perf_hooks';"],
  ['core-is-pure', `${corePath}/k.ts`, "import { pino } from 'pino';"],
  ['core-is-pure', `${corePath}/l.ts`, "import type { Stats } from 'node:fs';"],
  ['flow-no-sibling', 'libs/flow/work/src/a.ts', "import '@proofmill/collect';"],
  ['flow-no-sibling', 'libs/flow/folder/src/a.ts', "import '@proofmill/collect';"],
  ['flow-no-outer-layer', 'libs/flow/work/src/b.ts', "import '@proofmill/jetstream';"],
  ['flow-no-outer-layer', 'libs/flow/work/src/c.ts', "import '@proofmill/cli';"],
  ['flow-no-node-no-vendor', 'libs/flow/work/src/d.ts', "import { setTimeout } from 'node:timers/promises';"],
  ['flow-no-node-no-vendor', 'libs/flow/work/src/e.ts', "import { createHash } from 'node:crypto';"],
  ['flow-no-node-no-vendor', 'libs/flow/work/src/f.ts', "import { parse } from 'yaml';"],
  ['io-no-sibling', 'libs/io/blob/src/a.ts', "import '@proofmill/formats';"],
  ['io-only-contract', 'libs/io/blob/src/b.ts', "import '@proofmill/plan';"],
  ['io-only-contract', 'libs/io/blob/src/c.ts', "import '@proofmill/collect';"],
  ['service-no-service', 'services/worker/src/a.ts', "import '@proofmill/collector';"],
  ['service-no-service', 'services/worker/src/b.ts', "import '@proofmill/cli';"],
  ['nobody-imports-a-service', 'libs/io/runtime/src/a.ts', "import '@proofmill/worker';"],
  ['nobody-imports-a-service', 'scripts/a.ts', "import '@proofmill/worker';"],
  ['nothing-that-ships-imports-a-tool', 'libs/io/jetstream/src/a.ts', "import '@proofmill/nats-server';"],
  ['nothing-that-ships-imports-a-tool', 'libs/io/jetstream/src/b.test.ts', "import '@proofmill/nats-server';"],
  ['nothing-that-ships-imports-a-tool', 'services/worker/src/tool.ts', "import '@proofmill/nats-server';"],
  ['the-command-starts-nats-and-no-other-tool', 'services/cli/src/tool.ts', "import '@proofmill/one-node-cluster';"],
  ['nobody-imports-a-script', 'tools/image/src/a.ts', "import '../../../scripts/hidden.ts';"],
  ['nobody-imports-a-script', 'test/integration/src/b.ts', "import '../../../scripts/hidden.ts';"],
  ['nobody-imports-a-script', 'scripts/b.ts', "import './hidden.ts';"],
  ['nobody-imports-test', 'libs/io/memory/src/a.ts', "import '@proofmill/test-kit';"],
  ['nobody-imports-test', 'services/cli/src/a.ts', "import '@proofmill/test-kit';"],
  ['nobody-imports-test', `${corePath}/m.ts`, "import '@proofmill/test-kit';"],
  ['nobody-imports-test', 'tools/image/src/b.ts', "import '@proofmill/test-kit';"],
  ['unit-tests-import-the-kit-alone', `${corePath}/n.test.ts`, "import '@proofmill/test-contract';"],
  ['unit-tests-import-the-kit-alone', 'tools/image/src/c.fixture.ts', "import '@proofmill/test-contract';"],
  ['kit-knows-contract-alone', 'test/kit/src/a.ts', "import '@proofmill/plan';"],
  ['kit-knows-contract-alone', 'test/kit/src/b.ts', "import '@proofmill/memory';"],
  ['fixtures-only-in-tests', `${corePath}/o.ts`, "import './near.fixture.ts';"],
  ['fixtures-only-in-tests', 'services/worker/src/fixture-user.ts', "import './near.fixture.ts';"],
  ['only-by-the-door', 'tools/vllm-cpu/src/a.ts', "import '../../image/src/hidden.ts';"],
  ['only-by-the-door', 'scripts/c.ts', "import '../tools/image/src/hidden.ts';"],
  ['only-by-the-door', 'services/cli/src/b.ts', "import '../../worker/src/hidden.ts';"],
  ['only-by-the-door', 'test/integration/src/a.ts', "import '../../../libs/core/plan/src/hidden.ts';"],
  ['by-name-not-by-path', 'test/kubernetes/src/a.ts', "import '../../../tools/image/src/index.ts';"],
  ['by-name-not-by-path', 'scripts/d.ts', "import '../tools/image/src/index.ts';"],
  ['by-name-not-by-path', 'libs/flow/work/src/g.ts', "import '../../../core/contract/src/index.ts';"],
  ['nats-only-in-its-adapter', 'services/worker/src/c.ts', "import { connect } from '@nats-io/transport-node';"],
  ['nats-only-in-its-adapter', 'services/worker/src/d.ts', "import type { JsMsg } from '@nats-io/jetstream';"],
  ['nats-only-in-its-adapter', 'libs/io/memory/src/b.ts', "import { connect } from 'nats';"],
  ['openai-only-in-its-adapter', 'services/worker/src/e.ts', "import { OpenAI } from 'openai';"],
  ['openai-only-in-its-adapter', 'services/worker/src/f.ts', "import { APIError } from 'openai/error';"],
  ['aws-only-in-its-adapter', 'services/cli/src/s3.ts', "import { S3Client } from '@aws-sdk/client-s3';"],
  ['aws-only-when-asked-for', 'libs/io/blob/src/d.ts', "import { S3Client } from '@aws-sdk/client-s3';"],
  [
    'formats-only-in-its-adapter',
    'services/coordinator/src/parquet.ts',
    "import { parquetMetadata } from 'hyparquet';",
  ],
  ['formats-only-in-its-adapter', 'services/coordinator/src/csv.ts', "import { parse } from 'csv-parse/sync';"],
  ['hub-only-in-its-adapter', 'services/cli/src/hub.ts', "import { listFiles } from '@huggingface/hub';"],
  ['hub-only-when-asked-for', 'libs/io/web/src/a.ts', "import { listFiles } from '@huggingface/hub';"],
  ['formats-only-when-asked-for', 'libs/io/formats/src/a.ts', "import './parquet/near.ts';"],
  ['kubernetes-only-in-its-adapter', 'services/cli/src/c.ts', "import { KubeConfig } from '@kubernetes/client-node';"],
  ['prometheus-only-in-its-adapter', 'services/worker/src/i.ts', "import { Registry } from 'prom-client';"],
  ['pino-only-in-its-adapter', 'services/worker/src/g.ts', "import { pino } from 'pino';"],
  ['commander-only-in-its-adapter', 'services/worker/src/h.ts', "import { Command } from 'commander';"],
  ['test-tools-only-in-tests', 'libs/io/memory/src/c.ts', "import { expect } from 'vitest';"],
  ['declared-in-package-json', 'libs/core/stats/src/a.ts', "import { Template } from '@huggingface/jinja';"],
  ['no-unresolvable', 'services/cli/src/d.ts', "import '@proofmill/plan/src/hidden.ts';"],
  ['no-unresolvable', 'services/cli/src/e.ts', "import './nowhere.ts';"],
  ['no-circle', 'libs/core/merge/src/a.ts', "import { b } from './b.ts';\nexport const a = () => b;"],
];

/** The other half of each canary that needs one, and imports that are right: nothing may be said about them. */
const rightImports: Record<string, string> = {
  'libs/core/plan/src/hidden.ts': 'export const hidden = 1;',
  'services/worker/src/hidden.ts': 'export const hidden = 1;',
  'tools/image/src/hidden.ts': 'export const hidden = 1;',
  'scripts/hidden.ts': 'export const hidden = 1;',
  'libs/core/contract/src/right.ts': "import { createHash } from 'node:crypto';\nimport { z } from 'zod';",
  'libs/core/judge/src/right.ts':
    "import { createHash } from 'node:crypto';\nimport { Template } from '@huggingface/jinja';\nimport '@proofmill/contract';\nimport './near.ts';",
  'libs/core/judge/src/near.ts': 'export const near = 1;',
  'libs/core/judge/src/right.test.ts':
    "import { readFile } from 'node:fs/promises';\nimport { test } from 'vitest';\nimport '@proofmill/test-kit';\nimport './near.fixture.ts';",
  'libs/core/judge/src/near.fixture.ts': "import { expect } from 'vitest';\nimport '@proofmill/test-kit';",
  [`${corePath}/near.fixture.ts`]: 'export const near = 1;',
  'services/worker/src/near.fixture.ts': 'export const near = 1;',
  'test/kit/src/right.ts': "import '@proofmill/contract';",
  'libs/flow/collect/src/right.ts':
    "import '@proofmill/contract';\nimport '@proofmill/folder';\nimport '@proofmill/merge';",
  'libs/io/jetstream/src/right.ts':
    "import { once } from 'node:events';\nimport { connect } from '@nats-io/transport-node';\nimport '@proofmill/contract';",
  'libs/io/formats/src/parquet/near.ts': "import { parquetMetadata } from 'hyparquet';",
  'libs/io/formats/src/right.ts': "export const late = (): Promise<unknown> => import('./parquet/near.ts');",
  'libs/io/web/src/right.ts': "export const late = (): Promise<unknown> => import('@huggingface/hub');",
  'libs/io/vllm/src/right.ts': "import { OpenAI } from 'openai';",
  'libs/io/blob/src/right.ts':
    "import type { S3Client } from '@aws-sdk/client-s3';\nexport const late = (): Promise<{ S3Client: typeof S3Client }> => import('@aws-sdk/client-s3');",
  'libs/io/metrics/src/right.ts': "import { Registry } from 'prom-client';\nimport '@proofmill/contract';",
  'libs/io/runtime/src/right.ts': "import { Command } from 'commander';\nimport { pino } from 'pino';",
  'services/worker/src/right.ts':
    "import '@proofmill/jetstream';\nimport '@proofmill/judge';\nimport '@proofmill/work';",
  'services/cli/src/right.ts':
    "import '@proofmill/runtime';\nimport '@proofmill/nats-server';\nimport '@proofmill/worker';",
  'tools/reference/src/right.ts': "import '@proofmill/cli';\nimport '@proofmill/contract';",
  'tools/vllm-cpu/src/right.ts': "import '@proofmill/image';\nimport { readFile } from 'node:fs/promises';",
  'scripts/right.ts': "import '@proofmill/nats-server';\nimport { spawn } from 'node:child_process';",
  'test/integration/src/right.ts':
    "import { test } from 'vitest';\nimport '@proofmill/cli';\nimport '@proofmill/test-kit';",
};

describe('the guard', () => {
  let planted: Cruise;
  const rulesBrokenBy = (file: string) =>
    planted.summary.violations.filter(({ from }) => from === file).map(({ rule }) => rule.name);

  beforeAll(async () => {
    const files = Object.fromEntries(canaries.map(([, file, code]) => [file, `${code}\n`]));
    const circle = { 'libs/core/merge/src/b.ts': "import { a } from './a.ts';\nexport const b = () => a;" };
    await using tree = await plantedTree({ ...rightImports, ...circle, ...files });
    planted = await cruise(tree.folder);
  }, 180_000);

  test.each(canaries)('%s is reported for %s', (rule, file) => {
    expect(rulesBrokenBy(file)).toContain(rule);
  });

  test.each(Object.keys(rightImports))('nothing is reported for %s', (file) => {
    expect(planted.modules.map(({ source }) => source)).toContain(file);
    expect(rulesBrokenBy(file)).toEqual([]);
  });

  test('every rule has a canary', async () => {
    const { default: config } = (await import(pathToFileURL(configPath).href)) as {
      default: { forbidden: { name: string }[] };
    };
    const rules = config.forbidden.map(({ name }) => name);
    expect([...new Set(canaries.map(([rule]) => rule))].sort()).toEqual(rules.sort());
  });
});

describe('the tree as it is', () => {
  let real: Cruise;

  beforeAll(async () => {
    real = await cruise(root);
  }, 60_000);

  test('breaks no rule', () => {
    const broken = real.summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} -> ${to}`);
    expect(broken).toEqual([]);
  });

  test('is seen whole, with workspace packages followed to their folders', () => {
    const sources = real.modules.map(({ source }) => source);
    expect(sources).toEqual(expect.arrayContaining(globSync('{libs,services,tools}/**/src/**/*.ts', { cwd: root })));

    const toWorkspace = real.modules
      .flatMap(({ dependencies }) => dependencies)
      .filter(({ module }) => module.startsWith('@proofmill/'));
    for (const { resolved } of toWorkspace) {
      expect(resolved).toMatch(/^(libs\/[^/]+|services|tools|test)\/[^/]+\/src\/index\.ts$/);
    }
  });
});
