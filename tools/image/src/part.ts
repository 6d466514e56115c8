/** What an image consists of, part by part: for its SBOM and its provenance. */
import { createHash } from 'node:crypto';

/** A part that somebody else publishes: a package of npm or Debian, a library inside of Node. */
export interface Part {
  readonly name: string;
  /** Null where nothing on the machine says which it is. */
  readonly version: string | null;
  /** The package URL, such as pkg:npm/zod@4.6.7 (github.com/package-url); null for what no registry has. */
  readonly purl: string | null;
  /** As the package declares it; null where it does not. */
  readonly licence: string | null;
  /** Digest of the archive that the registry serves, in hex; null where only files are known. */
  readonly archiveSha512: string | null;
  /** Its files that the image has as they are. */
  readonly files: readonly PartFile[];
  /** What was compared with a digest, by whom and when. */
  readonly checked: string;
  /** Name of the part that has this one compiled in. */
  readonly within?: string;
}

export interface PartFile {
  /** Absolute, in the image. */
  readonly path: string;
  readonly sha1: string;
  readonly sha256: string;
}

const hex = (algorithm: string, content: Uint8Array): string => createHash(algorithm).update(content).digest('hex');

export const partFile = (path: string, content: Uint8Array): PartFile => ({
  path,
  // SPDX 2.3 wants it of every file (clause 8.4); nothing is checked by it.
  sha1: hex('sha1', content),
  sha256: hex('sha256', content),
});
