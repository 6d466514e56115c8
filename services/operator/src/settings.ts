import { readFile } from 'node:fs/promises';
import { type ClusterSettings, ConfigurationError, clusterSettingsSchema } from '@proofmill/contract';
import { parse } from 'yaml';

/** The settings of an installation, from their file. ConfigurationError for bad ones. */
export async function readClusterSettings(path: string): Promise<ClusterSettings> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new ConfigurationError(`${path}: the cluster's settings cannot be read (${(error as Error).message})`, {
      cause: error,
    });
  });
  return parseClusterSettings(text, path);
}

/** `where` is what a bad one is called. */
export function parseClusterSettings(text: string, where: string): ClusterSettings {
  let document: unknown;
  try {
    document = parse(text);
  } catch (error) {
    throw new ConfigurationError(`${where}: this is not YAML: ${(error as Error).message}`, { cause: error });
  }
  const parsed = clusterSettingsSchema.safeParse(document);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message }) => `${where}: ${path.join('.')}: ${message}`);
  throw new ConfigurationError(problems.join('\n'));
}
