/** What the engines were used for, as Markdown. */
import type { Machine } from '../machine.ts';
import type { CaseResult, Share } from './capacity.ts';

const row = (...cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
const share = (number: number): string => number.toFixed(3);
const seconds = (number: number): string => number.toFixed(1);

const cellsOf = ({ achieved, seconds: took, tailSeconds, mostWaiting }: Share): string[] => [
  share(achieved),
  seconds(took),
  seconds(tailSeconds),
  mostWaiting.toFixed(2),
];

export function capacityTable(
  results: readonly CaseResult[],
  { machine, records, command }: { machine: Machine; records: number; command: string },
): string {
  const lines = results.flatMap(({ measured, proofmill, loops }) => [
    row(
      measured.name,
      'Proofmill',
      ...cellsOf(proofmill),
      String(proofmill.offered),
      seconds(proofmill.commitSeconds),
      `>= ${measured.aim}`,
    ),
    ...Object.entries(loops).map(([strategy, loop]) => row('', strategy, ...cellsOf(loop), '', '', '')),
  ]);
  return [
    `\`${command}\`: ${records.toLocaleString('en-US')} records; an answer takes 0.44 s in the median.`,
    '',
    `Machine: ${machine.cores} cores (${machine.model}), Node ${machine.node}, nats-server ${machine.natsServer}. Engines and all parts share the cores.`,
    '',
    row(
      'case',
      'by',
      'achieved / ideal',
      'seconds',
      'tail, s',
      'most waiting / slots',
      'offered',
      'files after, s',
      'aim',
    ),
    row('---', '---', '---:', '---:', '---:', '---:', '---:', '---:', '---:'),
    ...lines,
  ].join('\n');
}
