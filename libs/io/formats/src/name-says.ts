/** What the name of a file says of its content. The content wins where it says something else; only where it says nothing the name decides. */

export type RecordFormat = 'JSON' | 'CSV' | 'TSV' | 'Parquet' | 'Arrow';
export type Compression = 'gzip' | 'zstd';

export interface NameSays {
  /** Undefined: nothing. */
  readonly format: RecordFormat | undefined;
  readonly compression: Compression | undefined;
}

const formats: Readonly<Record<string, RecordFormat>> = {
  jsonl: 'JSON',
  ndjson: 'JSON',
  json: 'JSON',
  csv: 'CSV',
  tsv: 'TSV',
  parquet: 'Parquet',
  arrow: 'Arrow',
  feather: 'Arrow',
};

const compressions: Readonly<Record<string, Compression>> = { gz: 'gzip', gzip: 'gzip', zst: 'zstd', zstd: 'zstd' };

export function nameSays(uri: string): NameSays {
  // What follows a web address is no part of the name.
  const name = /^https?:/i.test(uri) ? uri.replace(/[?#].*$/s, '') : uri;
  const [last = '', before = ''] = (name.split('/').at(-1) ?? '').toLowerCase().split('.').slice(1).reverse();
  const compression = Object.hasOwn(compressions, last) ? compressions[last] : undefined;
  const ending = compression === undefined ? last : before;
  return { format: Object.hasOwn(formats, ending) ? formats[ending] : undefined, compression };
}

/** Where a name contradicts the content, a sentence that says so; undefined where it does not. */
export function contradiction(
  uri: string,
  says: NameSays,
  is: { readonly format: RecordFormat; readonly compressions: readonly Compression[] },
): string | undefined {
  const parts: string[] = [];
  if (says.format !== undefined && says.format !== is.format)
    parts.push(`its name says ${says.format}, and it is read as ${is.format}, which is its content`);
  const isAs = is.compressions.length === 0 ? 'not compressed' : `compressed with ${is.compressions.join(' and ')}`;
  if (says.compression !== undefined && says.compression !== is.compressions[0])
    parts.push(`its name says ${says.compression}, and it is ${isAs}`);
  else if (says.compression === undefined && says.format !== undefined && is.compressions.length > 0)
    parts.push(`it is ${isAs}, which its name does not say`);
  return parts.length === 0 ? undefined : `${uri}: ${parts.join('; ')}`;
}
