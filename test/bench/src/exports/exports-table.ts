/** What exports hold in memory, as Markdown. */
import type { Machine } from '../machine.ts';
import type { MeasuredExport } from './exports.ts';

const whole = (number: number): string => Math.round(number).toLocaleString('en-US');
const megabytes = (bytes: number): string => whole(bytes / 2 ** 20);
const aim = '< +10 %';

export function exportsTable(
  measured: readonly MeasuredExport[],
  { machine, command }: { readonly machine: Machine; readonly command: string },
): string {
  const bySet = Map.groupBy(measured, ({ set }) => set);
  const counts = [...new Set(measured.map(({ rows }) => rows))].map((rows) => `${whole(rows)} rows`);
  const lines = [...bySet].map(([set, [small, large]]) => {
    if (!small || !large) throw new RangeError(`${set} was measured once`);
    const growth = `${large.peakBytes < small.peakBytes ? '' : '+'}${Math.round(100 * (large.peakBytes / small.peakBytes - 1))} %`;
    const memory = [megabytes(small.peakBytes), megabytes(large.peakBytes), growth, aim];
    return `| \`${set}\` | ${[...memory, whole(large.exported), whole(large.seconds)].join(' | ')} |`;
  });
  return [
    `\`${command}\``,
    '',
    `Machine: ${machine.cores} cores (${machine.model}), ${whole(machine.memoryBytes / 2 ** 30)} GiB, Node ${machine.node}, files on ${machine.fileSystem}.`,
    '',
    `| peak memory, MB | ${counts.join(' | ')} | growth | aim | rows of the larger set | its seconds |`,
    '| --- | ---: | ---: | ---: | ---: | ---: | ---: |',
    ...lines,
  ].join('\n');
}
