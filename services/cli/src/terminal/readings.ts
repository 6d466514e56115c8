/** How the records of a corpus were read, shape by shape: what `plan` decided, for a person to check. */
import { type Item, visible, visibleLines } from '@proofmill/contract';
import type { ReadAs } from '@proofmill/coordinate';
import { looksLikeLabel } from '@proofmill/corpus';

const mostNotices = 20;

/** Files whose names say something else than their content. */
export function noticeLines(notices: readonly string[]): string[] {
  const more = notices.length - mostNotices;
  return [
    ...notices.slice(0, mostNotices).map((notice) => `  ${visible(notice)}`),
    ...(more > 0 ? [`  and ${more} more files whose names say something else than their content`] : []),
  ];
}

/** The reading of each shape, as JSON. */
export const readingsJson = (readings: ReadonlyMap<string, ReadAs>): unknown =>
  [...readings.values()].map(({ reading, unused, items }) => ({ ...reading, unused: [...unused], items }));

export function readingsText(readings: ReadonlyMap<string, ReadAs>): string {
  return [...readings.values()]
    .flatMap(({ reading, unused, items }) => [
      `read as ${visible(reading.shape)}${reading.source === '' ? '' : ` (${reading.source})`}`,
      `  conversation: ${visible(reading.prompt)}`,
      `  responses: ${visible(reading.responses)}`,
      `  gold label: ${visible(reading.gold)}`,
      ...reading.leftOut.map(({ column, reason }) => `  left out: ${visible(column)}, ${reason}`),
      ...(unused.size > 0 ? [`  not used: ${visible([...unused].join(', '))}`] : []),
      ...labelHint([...unused].filter(looksLikeLabel)),
      ...items.flatMap((item) => ['', ...itemLines(item)]),
      '',
    ])
    .join('\n');
}

/** What a record says of its responses and nobody reads is worth a line. */
const labelHint = (columns: readonly string[]): string[] =>
  columns.length === 0
    ? []
    : [
        `  perhaps a gold label: ${visible(columns.join(', '))}; see label, winner, ratings and sign of spec.corpus.fields`,
      ];

/** A record in full, as an item. */
const itemLines = (item: Item): string[] => [
  `  --- ${visible(item.source.file)}:${item.source.line}`,
  ...item.prompt.map(({ role, content }) => indented(`${role}: ${content}`)),
  ...item.responses.map((response, index) => indented(`response ${index}: ${response}`)),
  indented(`gold label: ${goldOf(item)}`),
  ...(item.carried ?? []).map(({ name, value }) => indented(`carried ${name}: ${value ?? 'none'}`)),
];

const goldOf = ({ gold, goldTied }: Item): string =>
  gold !== null ? `response ${gold}` : goldTied ? `a tie of responses ${goldTied.join(', ')}` : 'none';

const indented = (text: string): string => visibleLines(text).replace(/^/gm, '  ');
