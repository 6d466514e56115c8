/** The table of docs/operations.md, from the metrics that roles export. */
import { type MetricMeaning, metrics, openLabels } from '@proofmill/metrics';
import { code } from './fields.ts';
import { markdownTable } from './markdown-table.ts';

/** More values than this are in the reference of what they name. */
const mostValues = 8;

const labelText = (label: string, values: readonly string[]): string => {
  if (values.length === 0) return `${code(label)}: ${openLabels[label] ?? ''}`;
  return values.length > mostValues ? code(label) : `${code(label)}: ${values.join(', ')}`;
};

export const metricsTable = (): string =>
  markdownTable(
    ['metric', 'type', 'exported by', 'labels', 'meaning'],
    (Object.entries(metrics) as [string, MetricMeaning][]).map(([name, { type, roles, labels = {}, help }]) => [
      code(name),
      type,
      roles.join(', '),
      Object.entries(labels)
        .map(([label, values]) => labelText(label, values))
        .join('; '),
      help,
    ]),
  );
