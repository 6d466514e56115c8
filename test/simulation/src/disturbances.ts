/** What happens to a history from outside, at moments by chance: stops, losses, damage. */
import { flipped } from './damage.ts';
import type { Lives } from './lives.ts';
import type { Scene } from './scene.ts';

export function scheduleDisturbances(scene: Scene, lives: Lives): void {
  const { world, setting } = scene;
  const often = (times: number, [from, to]: readonly [number, number], happen: (number: number) => void): void => {
    for (let number = 0; number < times; number += 1) world.schedule(world.between(from, to), () => happen(number));
  };
  often(setting.drains, [20, 3000], () => lives.stopOne());
  often(setting.wipes, [20, 3000], () => wipe(scene));
  often(setting.consumerLosses + setting.sightLosses, [20, 3000], (number) =>
    number < setting.consumerLosses ? loseConsumers(scene) : loseSight(scene),
  );
  often(setting.forgedDones, [20, 3000], () => forgeDone(scene));
  often(setting.journalDamages, [200, 4000], () => damageJournal(scene, lives));
}

function wipe({ world, witness, transports }: Scene): void {
  world.note('the transport loses everything');
  witness.transportLost();
  for (const transport of transports.values()) transport.wipe();
}

function loseConsumers({ world, transports }: Scene): void {
  world.note('the consumers are gone');
  for (const transport of transports.values()) transport.loseConsumers();
}

function loseSight({ world, transports }: Scene): void {
  world.note('the consumers lose sight of what is stored');
  for (const transport of transports.values()) transport.loseSight();
}

function forgeDone({ world, transports }: Scene): void {
  world.note('somebody says that the runs are over');
  for (const transport of transports.values()) transport.forgeDone();
}

function damageJournal({ world, witness, example, journals }: Scene, lives: Lives): void {
  const partition = world.between(0, example.job.spec.output.partitions - 1);
  world.note(`a byte of a journal of partition ${partition} changes, and its collectors die`);
  witness.journalDamaged();
  lives.kill(`collector-${partition}-`, 'with a damaged disk');
  for (const ofStage of journals.values())
    ofStage.change(partition, world.between(1, 3), (bytes) => flipped(bytes, world));
}
