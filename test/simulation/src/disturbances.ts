/** What happens to a history from outside, at moments by chance: stops, losses, damage. */
import type { Change, MemoryCopy, MemoryTransport, StreamKind } from '@proofmill/memory';
import { frameReader } from '@proofmill/merge';
import { plainCodec } from '@proofmill/test-kit';
import { flipped } from './damage.ts';
import { storeFailures } from './failing-store.ts';
import type { Lives } from './lives.ts';
import type { Scene } from './scene.ts';

export function scheduleDisturbances(scene: Scene, lives: Lives): void {
  const { world, setting } = scene;
  const often = (times: number, [from, to]: readonly [number, number], happen: (number: number) => void): void => {
    for (let number = 0; number < times; number += 1) world.schedule(world.between(from, to), () => happen(number));
  };
  often(setting.restores, [20, 2500], () => restoreLater(scene));
  often(setting.lostEnds, [20, 2500], () => loseEndLater(scene));
  often(setting.spoiltStreams, [20, 3000], () => spoilStream(scene));
  often(setting.drains, [20, 3000], () => lives.stopOne());
  often(setting.wipes, [20, 3000], () => wipe(scene));
  often(setting.consumerLosses + setting.sightLosses, [20, 3000], (number) =>
    number < setting.consumerLosses ? loseConsumers(scene) : loseSight(scene),
  );
  often(setting.machineDeaths, [20, 4000], () => killMachine(scene, lives));
  often(setting.storeFailures, [20, 4000], () => failStore(scene));
  often(setting.freezes, [20, 3000], () => lives.freezeOne(world.between(1000, 20_000)));
  often(setting.forgedDones, [20, 3000], () => forgeDone(scene));
  often(setting.journalDamages, [200, 4000], () => damageJournal(scene, lives));
  often(setting.checkpointDamages, [200, 6000], () => damageCheckpoint(scene, lives));
}

function wipe({ world, witness, transports }: Scene): void {
  world.note('the transport loses everything');
  witness.transportLost();
  for (const transport of transports.values()) transport.wipe();
}

/** A copy is at most so old when it is put back. */
const oldestCopyMs = 2000;

function restoreLater(scene: Scene): void {
  afterCopying(scene, 'is as it was a moment ago', (transport, copy) => transport.restore(copy));
}

function loseEndLater(scene: Scene): void {
  const kind = aStream(scene);
  afterCopying(scene, `loses the end of its ${kind}`, (transport, copy) => transport.loseEnd(kind, copy));
}

/** Copies what the transports hold now, and a moment later damages each with its copy. */
function afterCopying(
  scene: Scene,
  what: string,
  damage: (transport: MemoryTransport, copy: MemoryCopy) => Change,
): void {
  const { world, transports } = scene;
  const copies = [...transports.values()].map((transport) => ({ transport, copy: transport.copy() }));
  world.schedule(world.between(1, oldestCopyMs), () => {
    for (const { transport, copy } of copies) noteChange(scene, damage(transport, copy), what);
  });
}

function spoilStream(scene: Scene): void {
  const kind = aStream(scene);
  for (const transport of scene.transports.values())
    noteChange(scene, transport.spoil(kind), `cannot read its ${kind} any more`);
}

const aStream = ({ world }: Scene): StreamKind => (world.chance() < 0.5 ? 'tasks' : 'outcomes');

function noteChange({ world, witness }: Scene, change: Change, what: string): void {
  world.note(`the transport ${what}: ${change.lost.length} messages are gone, ${change.returned.length} are back`);
  witness.transportChanged(change);
}

function loseConsumers({ world, transports }: Scene): void {
  world.note('the consumers are gone');
  for (const transport of transports.values()) transport.loseConsumers();
}

function loseSight({ world, transports }: Scene): void {
  world.note('the consumers lose sight of what is stored');
  for (const transport of transports.values()) transport.loseSight();
}

/** All roles that have the folder die at once, and with them what no journal has synced; now and then the workers and NATS as well. */
function killMachine(scene: Scene, lives: Lives): void {
  const { world, journals } = scene;
  const isOnlyMachine = world.chance() < 0.3;
  world.note(`the machine of ${isOnlyMachine ? 'all roles' : 'the coordinators and collectors'} dies`);
  for (const ofStage of journals.values()) ofStage.dropAllUnsynced(() => world.between(0, 40));
  for (const role of isOnlyMachine ? [''] : ['coordinator-', 'collector-']) lives.kill(role, 'with its machine');
  if (isOnlyMachine) wipe(scene);
}

function failStore(scene: Scene): void {
  const { world } = scene;
  const failure = storeFailures[world.between(0, storeFailures.length - 1)] ?? 'EIO';
  world.note(`the store fails (${failure})`);
  scene.storeFailure = failure;
  world.schedule(world.between(50, 5000), () => {
    scene.storeFailure = null;
  });
}

function forgeDone({ world, transports }: Scene): void {
  world.note('somebody says that the runs are over');
  for (const transport of transports.values()) transport.forgeDone();
}

function damageJournal({ world, witness, example, journals }: Scene, lives: Lives): void {
  const partition = world.between(0, example.job.spec.output.partitions - 1);
  world.note(`a byte of a journal of partition ${partition} changes, and its collectors die`);
  lives.kill(`collector-${partition}-`, 'with a damaged disk');
  for (const ofStage of journals.values()) {
    const damage = (bytes: Uint8Array): Uint8Array => {
      const changed = flipped(bytes, world);
      witness.journalDamaged(lostFrames(bytes, changed));
      return changed;
    };
    ofStage.change(partition, world.between(1, 3), damage);
  }
}

/** What no reader of a journal is given any more: nobody reads beyond the first bad frame. */
function lostFrames(before: Uint8Array, after: Uint8Array): Uint8Array {
  const readable = (bytes: Uint8Array): number => {
    const last = frameReader(plainCodec.crc32).feed(bytes).at(-1);
    return last ? last.position + last.length : 0;
  };
  return before.subarray(readable(after), readable(before));
}

/** Nothing may be asked again for it: the journals hold what a checkpoint says. */
function damageCheckpoint({ world, example, objects }: Scene, lives: Lives): void {
  const partition = world.between(0, example.job.spec.output.partitions - 1);
  const paths = [...objects.keys()].filter((path) => path.includes(`/checkpoints/${partition}/`)).sort();
  const path = paths.at(-1);
  if (path === undefined) return;
  world.note(`a byte of ${path} changes, and the collectors of its partition die`);
  // Past the watch over changes, which is about what the program does.
  Map.prototype.set.call(objects, path, flipped(objects.get(path) ?? new Uint8Array(), world));
  lives.kill(`collector-${partition}-`, 'with a damaged disk');
}
