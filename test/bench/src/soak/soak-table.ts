/** A large run, as Markdown. */
import type { Machine } from '../machine.ts';
import type { Soak } from './soak.ts';

const row = (...cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
const whole = (number: number): string => Math.round(number).toLocaleString('en-US');

export function soakTable(
  { executor, records, shards, seconds, restartSeconds, askedTwice, peaks }: Soak,
  { machine, recordBytes, command }: { machine: Machine; recordBytes: number; command: string },
): string {
  return [
    `\`${command}\`: ${whole(records)} records of ${whole(recordBytes)} bytes in ${whole(shards)} shards, 1 vote each, executor ${executor}.`,
    '',
    `Machine: ${machine.cores} cores (${machine.model}), ${whole(machine.memoryBytes / 2 ** 30)} GiB, Node ${machine.node}, nats-server ${machine.natsServer}, files on ${machine.fileSystem}. The engine and all parts share the cores.`,
    '',
    row('', ''),
    row('---', '---:'),
    row('records/s', whole(records / seconds)),
    row('restart at two thirds, s to the next commit', restartSeconds.toFixed(1)),
    row('answers asked for again', whole(askedTwice)),
    ...[...peaks].map(([part, bytes]) => row(`peak memory of ${part}, MB`, whole(bytes / 1024 / 1024))),
  ].join('\n');
}
