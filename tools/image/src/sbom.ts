/** The software bill of materials of an image: SPDX 2.3 in JSON (ISO/IEC 5962; spdx.github.io/spdx-spec/v2.3). */
import { createHash } from 'node:crypto';
import { type ContentFile, textFile } from './files.ts';
import type { Part, PartFile } from './part.ts';
import { revisionOf, type Source } from './source.ts';

/** What the document is about. */
export interface Described {
  readonly name: string;
  readonly version: string;
  readonly licence: string;
  readonly source: Source;
  readonly parts: readonly Part[];
}

const unknown = 'NOASSERTION';

type Relation = 'DESCRIBES' | 'CONTAINS' | 'EXPANDED_FROM_ARCHIVE' | 'GENERATED_FROM';

/** The document as a file. The same parts and the same commit give the same bytes: it has no clock and no random number. */
export function sbomFile(described: Described): ContentFile {
  const { name, version, source, parts } = described;
  const whole = wholeOf(described);
  const content = {
    packages: [whole, ...parts.map(packageOfPart)],
    files: parts.flatMap(({ files }) => files.map(fileOf)),
    relationships: [
      relationship('SPDXRef-DOCUMENT', 'DESCRIBES', whole.SPDXID),
      ...parts.flatMap((part) => relationshipsOf(part, parts, whole.SPDXID)),
    ],
  };
  const digest = createHash('sha256').update(JSON.stringify(content)).digest('hex');
  return textFile(
    `${JSON.stringify(
      {
        spdxVersion: 'SPDX-2.3',
        dataLicense: 'CC0-1.0',
        SPDXID: 'SPDXRef-DOCUMENT',
        name: `${name}-${version}`,
        // A name, not an address: it must differ wherever the content does (clause 6.5).
        documentNamespace: `https://proofmill.dev/spdx/${name}-${version}-${digest}`,
        creationInfo: { created: source.time, creators: ['Tool: proofmill-image'] },
        ...content,
      },
      null,
      1,
    )}\n`,
  );
}

function wholeOf({ name, version, licence, source }: Described) {
  const revision = revisionOf(source);
  return {
    SPDXID: `SPDXRef-Image-${idOf(name)}`,
    name,
    versionInfo: version,
    downloadLocation: unknown,
    filesAnalyzed: false,
    licenseDeclared: licence,
    primaryPackagePurpose: 'CONTAINER',
    ...(revision === null ? {} : { sourceInfo: `built from commit ${revision}` }),
  };
}

const packageOfPart = (part: Part) => ({
  SPDXID: packageId(part),
  name: part.name,
  ...(part.version === null ? {} : { versionInfo: part.version }),
  downloadLocation: unknown,
  filesAnalyzed: false,
  licenseDeclared: part.licence !== null && isExpression.test(part.licence) ? part.licence : unknown,
  sourceInfo: part.checked,
  ...(part.archiveSha512 === null ? {} : { checksums: [{ algorithm: 'SHA512', checksumValue: part.archiveSha512 }] }),
  ...(part.purl === null
    ? {}
    : {
        externalRefs: [{ referenceCategory: 'PACKAGE-MANAGER', referenceType: 'purl', referenceLocator: part.purl }],
      }),
});

/** A licence expression of SPDX. npm also allows sentences, such as SEE LICENSE IN .. */
const isExpression = /^\(?[A-Za-z0-9.+-]+(?: (?:AND|OR|WITH) [A-Za-z0-9.+-]+)*\)?$/;

const fileOf = ({ path, sha1, sha256 }: PartFile) => ({
  SPDXID: fileId(path),
  fileName: `.${path}`,
  checksums: [
    { algorithm: 'SHA1', checksumValue: sha1 },
    { algorithm: 'SHA256', checksumValue: sha256 },
  ],
});

function relationshipsOf(part: Part, parts: readonly Part[], whole: string) {
  const within = parts.find(({ name }) => name === part.within);
  return [
    relationship(within === undefined ? whole : packageId(within), 'CONTAINS', packageId(part)),
    // A package whose files are not all listed must not contain some of them (clause 7.8), so the files say where they come from.
    ...part.files.map(({ path }) =>
      relationship(
        fileId(path),
        part.within === undefined ? 'EXPANDED_FROM_ARCHIVE' : 'GENERATED_FROM',
        packageId(part),
      ),
    ),
  ];
}

const relationship = (from: string, type: Relation, to: string) => ({
  spdxElementId: from,
  relationshipType: type,
  relatedSpdxElement: to,
});

const packageId = ({ name, version }: Part): string => `SPDXRef-Package-${idOf(`${name}-${version ?? 'unknown'}`)}`;
const fileId = (path: string): string => `SPDXRef-File${idOf(path)}`;
/** Letters, digits, dots and dashes are allowed. */
const idOf = (text: string): string => text.replaceAll(/[^A-Za-z0-9.-]+/g, '-');
