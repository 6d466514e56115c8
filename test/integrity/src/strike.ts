/** Makes a fault happen on the processes of a bed, and tells the witness what it may cost. */
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { until } from '@proofmill/process';
import type { Role } from '@proofmill/test-integration';
import { chanceOf } from '@proofmill/test-kit';
import type { Bed, RoleName } from './bed.ts';
import {
  chunkItems,
  heldMeanwhile,
  inNats,
  mostMistaken,
  returnedItems,
  stateOf,
  unjournalledItems,
} from './evidence.ts';
import { hasten } from './hasten.ts';
import type { Kind } from './kinds.ts';
import type { Fault } from './plan.ts';
import { copyStore, emptyStore, flipBit, restoreStore, truncateBlock } from './store-damage.ts';
import type { StreamKind } from './streams.ts';

interface Means {
  readonly bed: Bed;
  readonly fault: Fault;
  readonly chance: () => number;
}

/** Resolves with what exactly was done, when the fault is over. */
type Strike = (means: Means) => Promise<string>;

/** Paths of copies of what NATS had stored. */
const copies = new WeakMap<Fault, string>();

export const strike = (bed: Bed, fault: Fault): Promise<string> =>
  strikes[fault.kind]({ bed, fault, chance: chanceOf(fault.seed) });

/** Of `restore nats`, ahead of it: the copy. */
export async function prepare(bed: Bed, fault: Fault): Promise<void> {
  const path = join(bed.folder, `copy-${fault.seed}`);
  await copyStore(bed.nats, path);
  copies.set(fault, path);
}

function pick<T>(values: readonly T[], chance: () => number): T {
  const picked = values[Math.floor(chance() * values.length)];
  if (picked === undefined) throw new RangeError('nothing to pick from');
  return picked;
}

const backlogMs = 1_500;
const someSeconds = (chance: () => number): Promise<void> => pause(1_500 + 3_000 * chance());

/** Its process that runs, or the next one; null where it has ended for good. */
async function running(role: Role): Promise<Role['command'] | null> {
  const isOver = (): boolean => role.lives.at(-1)?.code === 0;
  await until(`${role.name} runs`, () => role.command.running || isOver());
  return role.command.running ? role.command : null;
}

const isEnded = 'it had ended';

const killRole =
  (name: RoleName): Strike =>
  async ({ bed, chance }) => {
    const role = pick(bed.roles[name], chance);
    const command = await running(role);
    const held = await heldMeanwhile(bed, async () => {
      command?.kill('SIGKILL');
      await command?.ended;
    });
    if (name === 'worker') bed.witness.allow(held);
    return command ? role.name : isEnded;
  };

const stopRole =
  (name: RoleName): Strike =>
  async ({ bed, chance }) => {
    const role = pick(bed.roles[name], chance);
    const command = await running(role);
    command?.kill('SIGSTOP');
    try {
      if (name === 'worker') await hasten(bed);
      else await someSeconds(chance);
    } finally {
      command?.kill('SIGCONT');
    }
    return command ? role.name : isEnded;
  };

const cutRole =
  (name: RoleName): Strike =>
  async ({ bed, chance }) => {
    const held = await heldMeanwhile(bed, async () => {
      bed.proxies[name].cut();
      await someSeconds(chance);
      bed.proxies[name].heal();
    });
    if (name === 'worker') bed.witness.allow(held);
    return name;
  };

/**
 * Kills the server, does something to its store, and starts it again. Nobody else reaches it meanwhile, so what it had and what it has is
 * known: once more may be asked what it held for others, and what was asked of that which is in its store again.
 */
const killNats =
  (damage: (means: Means) => Promise<string>): Strike =>
  async (means) => {
    const { bed, chance } = means;
    const stopped = chance() < 0.5 ? await stopCollectors(bed) : [];
    for (const name of roleNames) bed.proxies[name].cut();
    const before = await stateOf(bed);
    const held = await inNats(bed);
    await bed.nats.kill('SIGKILL');
    const done = await damage(means);
    await bed.nats.restart();
    const after = await stateOf(bed);
    const returned = await returnedItems(bed, before, after);
    bed.witness.allow(new Set([...held, ...(await unjournalledItems(bed)), ...returned]));
    bed.witness.allowAny(mostMistaken(before, after));
    for (const name of roleNames) bed.proxies[name].heal();
    for (const command of stopped) command.kill('SIGCONT');
    return stopped.length > 0 ? `${done}, with outcomes that nobody had journalled` : done;
  };

const roleNames: readonly RoleName[] = ['coordinator', 'collector', 'worker'];

/** Stops the collectors for a moment, so that outcomes lie in NATS: they usually journal them faster than a fault can hit them. */
async function stopCollectors({ roles }: Bed): Promise<Role['command'][]> {
  const commands = roles.collector.map(({ command }) => command).filter(({ running }) => running);
  for (const command of commands) command.kill('SIGSTOP');
  await pause(backlogMs);
  return commands;
}

const restore: Strike = killNats(async ({ bed, fault }) => {
  const copy = copies.get(fault);
  if (copy === undefined) throw new RangeError('there is no copy to restore');
  await restoreStore(bed.nats, copy);
  return `as it was at ${fault.copyAt?.toFixed(2)}`;
});

const streamKind = (chance: () => number): StreamKind => (chance() < 0.5 ? 'tasks' : 'outcomes');

const fill: Strike = async ({ bed, chance }) => {
  const { run, streams } = bed;
  const kind = streamKind(chance);
  if (run === null) return 'there was no run';
  const room = await streams.setRoom(run, kind, 'full');
  await someSeconds(chance);
  if (room !== null) await streams.setRoom(run, kind, room);
  return kind;
};

const deleteConsumer: Strike = async ({ bed, chance }) => {
  const { run, streams, witness } = bed;
  if (run === null) return 'there was no run';
  let name = '';
  const held = await heldMeanwhile(bed, async () => {
    name = await streams.deleteConsumer(run, streamKind(chance), chance());
  });
  witness.allow(held);
  return name;
};

const deleteStream: Strike = async ({ bed, chance }) => {
  const { run, streams, witness } = bed;
  if (run === null) return 'there was no run';
  const before = await stateOf(bed);
  const held = await inNats(bed);
  const name = await streams.deleteStream(run, streamKind(chance));
  witness.allow(new Set([...held, ...(await unjournalledItems(bed))]));
  witness.allowAny(mostMistaken(before, await stateOf(bed)));
  return name;
};

const twin =
  (name: RoleName): Strike =>
  async ({ bed }) => {
    bed.start(name);
    // Each of the two may find the same chunk missing, one of them too late.
    if (name === 'coordinator') bed.witness.allowAny(chunkItems);
    return `${name} ${bed.roles[name].length - 1}`;
  };

const killEngine: Strike = async ({ bed }) => {
  const command = await running(bed.engine.role);
  const held = await heldMeanwhile(bed, async () => {
    command?.kill('SIGKILL');
    await command?.ended;
  });
  bed.witness.allow(held);
  return 'engine';
};

const cutEngine: Strike = async ({ bed }) => {
  const held = await heldMeanwhile(bed, async () => {
    bed.proxies.engine.cut();
    bed.proxies.engine.heal();
  });
  bed.witness.allow(held);
  return 'engine';
};

/** Such requests are not counted as asked, so this allows nothing. */
const failEngine: Strike = async ({ bed, chance }) => {
  const kind = pick(['500', '503', '429'], chance);
  const count = 1 + Math.floor(chance() * 8);
  const order = {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ kind, count }),
  };
  // It may be on its way back from an earlier fault.
  const ask = () => fetch(`${bed.engine.url}/admin/faults`, order).catch(() => null);
  const { ok, status } = await until('the engine takes an order of faults', ask, { everyMs: 100 });
  if (!ok) throw new Error(`the engine refused an order of faults with ${status}`);
  return `${count} times ${kind}`;
};

const swallow: Strike = async ({ bed, chance }) => {
  const kind = pick(['PUT', 'PUT', 'GET', 'LIST', 'COPY'], chance);
  const count = 1 + Math.floor(chance() * 3);
  bed.s3?.inject(kind, ...Array.from({ length: count }, () => 'lose the answer' as const));
  return `${count} answers to ${kind}`;
};

const strikes: Readonly<Record<Kind, Strike>> = {
  'kill coordinator': killRole('coordinator'),
  'kill collector': killRole('collector'),
  'kill worker': killRole('worker'),
  'kill engine': killEngine,
  'kill nats': killNats(async () => 'nats'),
  'stop coordinator': stopRole('coordinator'),
  'stop collector': stopRole('collector'),
  'stop worker': stopRole('worker'),
  'stop nats': async ({ bed, chance }) => {
    await bed.nats.kill('SIGSTOP');
    await someSeconds(chance);
    await bed.nats.kill('SIGCONT');
    return 'nats';
  },
  'cut coordinator': cutRole('coordinator'),
  'cut collector': cutRole('collector'),
  'cut worker': cutRole('worker'),
  'cut engine': cutEngine,
  'wipe nats': killNats(async ({ bed }) => {
    await emptyStore(bed.nats);
    return 'nats';
  }),
  'restore nats': restore,
  'truncate block': killNats(({ bed, chance }) => truncateBlock(bed.nats, chance)),
  'flip bit': killNats(({ bed, chance }) => flipBit(bed.nats, chance)),
  'fill stream': fill,
  'delete consumer': deleteConsumer,
  'delete stream': deleteStream,
  'twin coordinator': twin('coordinator'),
  'twin collector': twin('collector'),
  'twin worker': twin('worker'),
  'failing engine': failEngine,
  's3 swallows': swallow,
};
