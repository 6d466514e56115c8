import { parse } from 'csv-parse/sync';
import { blankStart } from '../blank.ts';
import type { Content } from '../content.ts';
import type { RecordFormat } from '../name-says.ts';

/** How the cells of a table are separated. */
export interface CsvForm {
  readonly delimiter: string;
  /** Nothing in the content says that it is a table: the name does. */
  readonly isByName: boolean;
}

const delimiters = [',', '\t', ';', '|'];
const rowsLookedAt = 20;
const longestName = 100;

/**
 * The form of a table with a header, or null where a text is none: a row of different names, and rows with as many cells, two at least. Where
 * it is no such table (it has one column, or a header alone), the job or a name that says CSV or TSV makes one of it.
 */
export function csvFormOf({ head, isWhole }: Content, format: string, name: RecordFormat | undefined): CsvForm | null {
  const text = head.toString('utf8').replace(blankStart, '');
  if (text === '') return null;
  if (format === 'tsv') return { delimiter: '\t', isByName: false };
  // The last line may be cut.
  const whole = isWhole ? text : text.slice(0, text.lastIndexOf('\n') + 1);
  // Where tabs make a table, a name decides against other delimiters that do too.
  if (name === 'TSV' && columnsOf(whole, '\t', isWhole) > 1) return { delimiter: '\t', isByName: false };
  let best: { delimiter: string; columns: number } | null = null;
  for (const delimiter of delimiters) {
    const columns = columnsOf(whole, delimiter, isWhole);
    if (columns > (best?.columns ?? 1)) best = { delimiter, columns };
  }
  if (best !== null) return { delimiter: best.delimiter, isByName: false };
  if (format === 'csv') return { delimiter: ',', isByName: false };
  if (name !== 'CSV' && name !== 'TSV') return null;
  return { delimiter: name === 'TSV' ? '\t' : ',', isByName: true };
}

/** How many columns a text has with this delimiter; 0 where its rows do not fit a header. */
function columnsOf(text: string, delimiter: string, isWhole: boolean): number {
  let rows: string[][];
  try {
    rows = parse(text, {
      delimiter,
      to: rowsLookedAt,
      relax_column_count: true,
      relax_quotes: true,
      skip_empty_lines: true,
    });
  } catch {
    // A quoted cell reaches beyond what is looked at, or the text is no table.
    return 0;
  }
  const [header = [], ...further] = rows;
  // A quoted cell may be cut.
  const body = isWhole || rows.length === rowsLookedAt ? further : further.slice(0, -1);
  const areNames =
    new Set(header).size === header.length && header.every((name) => name.length <= longestName && !name.includes('{'));
  return areNames && body.length > 0 && body.every((row) => row.length === header.length) ? header.length : 0;
}
