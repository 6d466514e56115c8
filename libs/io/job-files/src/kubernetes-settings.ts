import { ConfigurationError, type KubernetesSettings, kubernetesSettingsSchema } from '@proofmill/contract';
import { readTextFile } from './text-file.ts';

/** The settings of an installation, from cluster.yaml. ConfigurationError for bad ones. */
export async function readKubernetesSettings(path: string): Promise<KubernetesSettings> {
  return parseKubernetesSettings(await readTextFile(path, "file of the cluster's settings"), path);
}

/** `where` names the text in a refusal. */
export async function parseKubernetesSettings(text: string, where: string): Promise<KubernetesSettings> {
  const { parseYaml } = await import('./yaml-file.ts');
  const document = parseYaml(text, where);
  const parsed = kubernetesSettingsSchema.safeParse(document);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message }) => `${where}: ${path.join('.')}: ${message}`);
  throw new ConfigurationError(problems.join('\n'));
}
