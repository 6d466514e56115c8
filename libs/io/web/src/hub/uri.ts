import { ConfigurationError } from '@proofmill/contract';

/** Files of a data set on the Hub. */
export interface HubPlace {
  /** `ORG/NAME`. */
  readonly dataset: string;
  /** A branch, tag or commit; undefined for the main branch. */
  readonly revision: string | undefined;
  /** A path in the data set, perhaps a glob. */
  readonly path: string;
}

/** Reads `hf://datasets/ORG/NAME[@REVISION]/PATH`. `@~parquet` stands for the branch of files that the Hub has converted to Parquet. */
export function hubPlaceOf(uri: string): HubPlace {
  const [, dataset, named, path] = /^hf:\/\/datasets\/([^/@]+\/[^/@]+)(?:@([^/]+))?\/(.+)$/.exec(uri) ?? [];
  if (dataset === undefined || path === undefined) {
    throw new ConfigurationError(
      `${uri} names no files of a data set: write hf://datasets/ORG/NAME/PATH, or hf://datasets/ORG/NAME@REVISION/PATH, where PATH may be a glob such as data/*.parquet`,
    );
  }
  const revision =
    named === '~parquet' ? 'refs/convert/parquet' : named === undefined ? undefined : decodeURIComponent(named);
  return { dataset, revision, path };
}

export const uriOfFile = (dataset: string, commit: string, path: string): string =>
  `hf://datasets/${dataset}@${commit}/${path}`;
