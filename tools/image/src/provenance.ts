/** Where the parts of an image come from: an in-toto statement (v1) with the predicate SLSA Provenance v1 (slsa.dev/spec/v1.1). */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { WrittenImage } from './archive.ts';
import type { Part } from './part.ts';
import { root, type Source } from './source.ts';

/** Names, not addresses. docs/release.md says what the first one means. */
const buildType = 'https://proofmill.dev/image/v1';
const builder = 'https://proofmill.dev/image/script';

/** The statement about a written image, as the text of a file. It is unsigned: whoever releases the image signs it. */
export async function provenanceOf(image: WrittenImage, source: Source, parts: readonly Part[]): Promise<string> {
  const lock = createHash('sha256')
    .update(await readFile(join(root, 'package-lock.json')))
    .digest('hex');
  const statement = {
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name: image.name, digest: { sha256: image.digest.replace('sha256:', '') } }],
    predicateType: 'https://slsa.dev/provenance/v1',
    predicate: {
      buildDefinition: {
        buildType,
        externalParameters: { image: image.name, platform: image.platform },
        resolvedDependencies: [
          ...sourceDependency(source),
          { name: 'package-lock.json', digest: { sha256: lock } },
          ...parts.filter(({ within }) => within === undefined).map(dependencyOf),
        ],
      },
      runDetails: { builder: { id: builder } },
    },
  };
  return `${JSON.stringify(statement, null, 1)}\n`;
}

/** Nothing where there is no repository. A changed checkout is not its commit, so it has no digest. */
function sourceDependency({ commit, isChanged }: Source) {
  if (commit === null) return [];
  const annotations = { changed: `files of the checkout differed from ${commit}` };
  return [
    isChanged ? { name: 'source', uri: 'file:.', annotations } : { name: 'source', digest: { gitCommit: commit } },
  ];
}

const dependencyOf = (part: Part) => ({
  name: part.version === null ? part.name : `${part.name} ${part.version}`,
  ...(part.purl === null ? {} : { uri: part.purl }),
  ...digestOf(part),
  annotations: {
    checked: part.checked,
    ...(part.files.length === 0
      ? {}
      : { files: Object.fromEntries(part.files.map(({ path, sha256 }) => [path, `sha256:${sha256}`])) }),
  },
});

/** Of what the URI names; where there is no URI, of the file. Files of packages are in the annotations. */
function digestOf({ purl, archiveSha512, files: [file] }: Part) {
  if (archiveSha512 !== null) return { digest: { sha512: archiveSha512 } };
  return purl === null && file !== undefined ? { digest: { sha256: file.sha256 } } : {};
}
