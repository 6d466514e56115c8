/** The values are the same in values.yaml, in the templates, in the schema and in README.md. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { rolePodSchema } from '@proofmill/contract';
import { expect, test } from 'vitest';
import { chart } from './render.ts';
import { tableOf, valuesOf } from './values.ts';

const values = valuesOf(readFileSync(join(chart, 'values.yaml'), 'utf8'));
const leaves = values.filter(({ group }) => !group).map(({ path }) => path);
const templates = globSync(join(chart, 'templates/*'))
  .map((file) => readFileSync(file, 'utf8'))
  .join('\n');
const used = new Set([...templates.matchAll(/\.Values\.([A-Za-z0-9.]+)/g)].map(([, path]) => path ?? ''));

const isUsed = (path: string): boolean => [...used].some((prefix) => prefix === path || path.startsWith(`${prefix}.`));

test('every value is documented', () => {
  expect(values.filter(({ comment }) => comment === '').map(({ path }) => path)).toEqual([]);
  expect(leaves.length).toBeGreaterThan(40);
});

test('every value is used, and everything that is used is a value', () => {
  expect(leaves.filter((path) => !isUsed(path))).toEqual([]);
  const known = new Set(values.map(({ path }) => path));
  expect([...used].filter((path) => !known.has(path))).toEqual([]);
});

test('the schema lists exactly these values, and refuses any other', () => {
  const { $defs, ...schema } = JSON.parse(readFileSync(join(chart, 'values.schema.json'), 'utf8'));
  const inSchema: string[] = [];
  const walk = (node: Schema, path: string): void => {
    if (!node.properties || path === 'global') return void inSchema.push(path);
    expect(node.additionalProperties, `${path} is closed`).toBe(false);
    for (const [name, child] of Object.entries(node.properties)) walk(child, path === '' ? name : `${path}.${name}`);
  };
  walk(schema, '');
  // Helm hands `global` to every chart.
  expect(inSchema.filter((path) => path !== 'global').sort()).toEqual([...leaves].sort());
});

test('what is added to the pods of a role is what driver and operator take', () => {
  const { $schema: _dialect, ...pod } = rolePodSchema.toJSONSchema({ io: 'input' });
  const { $defs } = JSON.parse(readFileSync(join(chart, 'values.schema.json'), 'utf8'));
  expect($defs.pod).toEqual(pod);
});

test('README.md lists them all (`npm test -w @proofmill/test-charts -- -u` writes it)', async () => {
  const page = `# Proofmill on Kubernetes: the chart

<!-- Generated from values.yaml by test/charts. Change the source and run \`npm test -w @proofmill/test-charts -- -u\`. -->

Operator, custom resource, rights, NATS with a user for each role, settings, network policies. [docs/kubernetes.md](../../docs/kubernetes.md)
takes you from here to fetched output.

\`\`\`sh
helm install proofmill charts/proofmill --namespace proofmill --create-namespace --values my-values.yaml
\`\`\`

A value that is not in this table is refused. You create the Secrets, and name them with \`..existingSecret\`; the chart creates only one, which
holds the passwords of the NATS users and what drivers sign with, and survives upgrades. \`helm template\` and tools that render with it
cannot see that Secret, and would create other passwords each time: set \`nats.existingSecret\` for them.

${tableOf(values)}
`;
  await expect(page).toMatchFileSnapshot(join(chart, 'README.md'));
});

interface Schema {
  readonly additionalProperties?: unknown;
  readonly properties?: Readonly<Record<string, Schema>>;
}
