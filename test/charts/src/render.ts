/** The real helm and kubectl, as far as they need no cluster. */
import { execFile } from 'node:child_process';
import { globSync } from 'node:fs';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { type KubernetesTools, kubernetesTools } from '@proofmill/one-node-cluster';
import { ToolError } from '@proofmill/process';
import { parseAllDocuments } from 'yaml';

const run = promisify(execFile);
export const root = join(import.meta.dirname, '../../..');
export const chart = join(root, 'charts/proofmill');

const found = await kubernetesTools().catch((error: unknown) => {
  if (error instanceof ToolError) return error;
  throw error;
});
/** Why there is no helm here and what would help; empty where there is. */
export const noHelm = found instanceof ToolError ? `: skipped. ${found.message}` : '';

/** Any object of the API. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly annotations?: Record<string, string>;
    readonly labels?: Record<string, string>;
  };
  // biome-ignore lint/suspicious/noExplicitAny: the fields differ by kind
  readonly [field: string]: any;
}

/** Values files that together use every switch of the chart. */
export const valuesFiles = globSync(join(chart, 'ci/*-values.yaml')).sort();
export const caseOf = (valuesFile: string): string => basename(valuesFile, '-values.yaml');

export const helm = (...args: string[]): Promise<string> => tool('helm', args);

export const template = async (...args: string[]): Promise<Manifest[]> =>
  manifestsOf(await helm('template', 'proofmill', chart, '--namespace', 'proofmill', ...args));

export const kustomize = async (folder: string): Promise<Manifest[]> =>
  manifestsOf(await tool('kubectl', ['kustomize', join(root, folder)]));

/** The error with which `kubectl` or `helm` refuses. */
export async function complaint(running: Promise<unknown>): Promise<string> {
  const error = await running.then(
    () => null,
    (reason: Error & { stderr?: string }) => reason,
  );
  return error === null ? '' : (error.stderr ?? error.message);
}

export function manifestsOf(text: string): Manifest[] {
  return parseAllDocuments(text)
    .map((document) => {
      const [error] = document.errors;
      if (error) throw error;
      return document.toJS() as Manifest | null;
    })
    .filter((manifest) => manifest !== null);
}

export function only(manifests: readonly Manifest[], kind: string, name: string): Manifest {
  const manifest = manifests.find((one) => one.kind === kind && one.metadata.name === name);
  if (!manifest) throw new Error(`no ${kind} ${name} among ${manifests.map((one) => one.kind).join(', ')}`);
  return manifest;
}

async function tool(name: keyof KubernetesTools, args: string[]): Promise<string> {
  if (found instanceof ToolError) throw found;
  const { stdout } = await run(found[name], args, { maxBuffer: 16 * 1024 * 1024 });
  return stdout;
}
