/** What exports hold in memory, as Markdown. */
import type { Machine } from '../machine.ts';
import type { MeasuredExport } from './exports.ts';

const whole = (number: number): string => Math.round(number).toLocaleString('en-US');

export function exportsTable(
  measured: readonly MeasuredExport[],
  { machine, command }: { readonly machine: Machine; readonly command: string },
): string {
  const [small, large] = measured;
  return [
    `\`${command}\``,
    '',
    `Machine: ${machine.cores} cores (${machine.model}), ${whole(machine.memoryBytes / 2 ** 30)} GiB, Node ${machine.node}, files on ${machine.fileSystem}.`,
    '',
    '| rows | MB of corpus | seconds | peak memory, MB |',
    '| ---: | ---: | ---: | ---: |',
    ...measured.map(
      ({ rows, bytes, seconds, peakBytes }) =>
        `| ${whole(rows)} | ${whole(bytes / 1e6)} | ${seconds.toFixed(1)} | ${whole(peakBytes / 2 ** 20)} |`,
    ),
    '',
    `Four times the rows take ${((large?.peakBytes ?? 0) / (small?.peakBytes ?? 1)).toFixed(2)} times the memory.`,
  ].join('\n');
}
