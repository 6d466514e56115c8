import { readFile } from 'node:fs/promises';
import { ConfigurationError, type KubernetesSettings, kubernetesSettingsSchema } from '@proofmill/contract';

/** The settings of an installation, from cluster.yaml. ConfigurationError for bad ones. */
export async function readKubernetesSettings(path: string): Promise<KubernetesSettings> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new ConfigurationError(`${path}: the cluster's settings cannot be read (${(error as Error).message})`, {
      cause: error,
    });
  });
  return parseKubernetesSettings(text, path);
}

/** `where` names the text in a refusal. */
export async function parseKubernetesSettings(text: string, where: string): Promise<KubernetesSettings> {
  const { parseYaml } = await import('./yaml-file.ts');
  let document: unknown;
  try {
    document = parseYaml(text);
  } catch (error) {
    throw new ConfigurationError(`${where}: this is not YAML: ${(error as Error).message}`, { cause: error });
  }
  const parsed = kubernetesSettingsSchema.safeParse(document);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message }) => `${where}: ${path.join('.')}: ${message}`);
  throw new ConfigurationError(problems.join('\n'));
}
