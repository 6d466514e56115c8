/** Names of files that come from an object store, where any text is a name. */
import { ConfigurationError, type ListedFile, type ListedFolder, visible } from '@proofmill/contract';

/** Far above what a model has: a folder with more is another one. */
const mostFiles = 10_000;
/** What file systems take as one name. */
const longestName = 255;

const text = new TextEncoder();

/**
 * What is in a folder of weights.
 * @throws {ConfigurationError} where it is empty, or has a name that no file below a folder can have
 */
export async function listWeights(from: ListedFolder, uri: string): Promise<ListedFile[]> {
  const files = await from.list(mostFiles + 1);
  if (files.length === 0)
    throw new ConfigurationError(
      `there is nothing below ${uri}/: name the folder that the files of the weights, such as config.json, are in`,
    );
  if (files.length > mostFiles)
    throw new ConfigurationError(`${uri} has more than ${mostFiles} files: name the folder of one model`);
  const paths = new Set(files.map(({ path }) => path));
  for (const { path } of files) {
    const why = faultOf(path) ?? folderFault(path, paths);
    if (why !== null)
      throw new ConfigurationError(
        `${uri} has an object that cannot be a file of weights: ${JSON.stringify(visible(path))} ${why}. Nothing of it was fetched. Put the weights into a folder of their own`,
      );
  }
  return files;
}

/** Why a name leads nowhere below a folder, or somewhere else; null where it is good. */
function faultOf(path: string): string | null {
  const steps = path.split('/');
  if (steps.some((step) => step === '' || step === '.' || step === '..')) return 'has an empty step, . or ..';
  if (path.includes('\\')) return 'has a backslash';
  if (visible(path) !== path) return 'has characters that control a terminal';
  if (steps.some((step) => text.encode(step).length > longestName))
    return `has a step of more than ${longestName} bytes`;
  if (steps[0] === '.proofmill' || steps.some((step) => step.startsWith('.part-')))
    return 'is a name that Proofmill uses';
  return null;
}

function folderFault(path: string, paths: ReadonlySet<string>): string | null {
  for (let end = path.indexOf('/'); end >= 0; end = path.indexOf('/', end + 1))
    if (paths.has(path.slice(0, end))) return 'is below another file';
  return null;
}
