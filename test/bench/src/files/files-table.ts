/** How fast large files are read, as Markdown. */
import type { Machine } from '../machine.ts';
import type { MeasuredFile } from './files.ts';

const row = (...cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
const whole = (number: number): string => Math.round(number).toLocaleString('en-US');

export function filesTable(
  files: readonly MeasuredFile[],
  { machine, command }: { machine: Machine; command: string },
): string {
  return [
    `\`${command}\``,
    '',
    `Machine: ${machine.cores} cores (${machine.model}), ${whole(machine.memoryBytes / 2 ** 30)} GiB, Node ${machine.node}, files on ${machine.fileSystem}.`,
    '',
    row('file', 'by', 'seconds', 'CPU-s', 'MB of text/s', 'records/s', 'peak memory, MB'),
    row('---', '---', '---:', '---:', '---:', '---:', '---:'),
    ...files.flatMap(({ name, bytes, records, characters, readings }) =>
      readings.map(({ by, seconds, cpuSeconds, peakBytes }, at) =>
        row(
          at > 0
            ? ''
            : `${name}: ${whole(bytes / 1e6)} MB, ${whole(records)} ${records === 1 ? 'record' : 'records'}, ${whole(characters / 1e6)} MB of text`,
          by,
          seconds.toFixed(1),
          cpuSeconds.toFixed(1),
          whole(characters / 1e6 / seconds),
          whole(records / seconds),
          whole(peakBytes / 1024 / 1024),
        ),
      ),
    ),
  ].join('\n');
}
