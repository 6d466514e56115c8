/** The result as Markdown. */
import { parts } from './fleet.ts';
import { inFlight } from './options.ts';
import type { Result } from './result.ts';

/** What the project aims for. */
const aims = { rateRatio: 0.15, cpuRatio: 8, growth: 0.1 };

const whole = (number: number): string => Math.round(number).toLocaleString('en-US');
const ms = (number: number): string => number.toFixed(3);
const megabytes = (bytes: number): string => whole(bytes / 1024 / 1024);
const percent = (share: number): string => `${share < 0 ? '' : '+'}${(share * 100).toFixed(0)} %`;
const row = (...cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

export function tableOf(result: Result): string {
  const { machine, floor, fleet, memory, records } = result;
  const gigabytes = whole(machine.memoryBytes / 2 ** 30);
  return [
    `\`${result.command}\`: ${whole(records)} records of ${whole(result.recordBytes)} bytes, 1 vote each, ${inFlight} requests in flight; medians of ${result.rounds} ${result.rounds === 1 ? 'round' : 'rounds'}.`,
    '',
    `Machine: ${machine.cores} cores (${machine.model}), ${gigabytes} GiB, Node ${machine.node}, nats-server ${machine.natsServer}, files on ${machine.fileSystem}. The engine and all parts share the cores; other processes took ${(result.othersShare * 100).toFixed(0)} % of them meanwhile.`,
    '',
    row('', 'bare loop', 'Proofmill', 'ratio', 'aim'),
    row('---', '---:', '---:', '---:', '---:'),
    row(
      'records/s',
      whole(floor.recordsPerSecond),
      whole(fleet.recordsPerSecond),
      result.rateRatio.toFixed(2),
      `>= ${aims.rateRatio}`,
    ),
    row('CPU-ms per record', ms(floor.cpuMs), ms(fleet.cpuMs), result.cpuRatio.toFixed(1), `<= ${aims.cpuRatio}`),
    ...parts.map((part) => row(`- ${part}`, '', ms(fleet.cpuMsByPart[part]), '', '')),
    row('(the engine, not counted)', '', ms(result.engineCpuMs), '', ''),
    row('asked twice', '', String(result.askedTwice), '', '0'),
    '',
    row('peak memory, MB', `${whole(Math.ceil(records / 10))} records`, `${whole(records)} records`, 'growth', 'aim'),
    row('---', '---:', '---:', '---:', '---:'),
    ...parts.map((part) => {
      const { smallBytes, bytes } = memory[part];
      const growth = percent(bytes / smallBytes - 1);
      return row(part, megabytes(smallBytes), megabytes(bytes), growth, `< ${percent(aims.growth)}`);
    }),
  ].join('\n');
}
