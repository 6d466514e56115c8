import { natsSkipReason } from '@proofmill/nats-server';
import { describe, expect, test } from 'vitest';
import { expectAskedTwice, expectSameRows } from './expectations.ts';
import type { Role } from './role.ts';
import { openScene } from './scene.ts';

const skipReason = await natsSkipReason();
const timeout = 240_000;

/** One run each: every role dies at its events in turn, one in each life, and then survives. */
const scenarios = [
  {
    worker: ['after tasks.pull', 'before outcomes.publish'],
    collector: ['after journals.create', 'before journals.create.sync'],
    coordinator: ['before store.write stage.json', 'after store.write packs'],
  },
  {
    worker: ['after engine.answer#3', 'before tasks.pull.acknowledge'],
    collector: ['after journals.create.sync', 'before outcomes.pull.acknowledge'],
    coordinator: ['before store.write plan#2', 'after dispatch.publish#3'],
  },
  {
    worker: ['after outcomes.publish', 'after tasks.pull.acknowledge'],
    collector: ['after store.write staging', 'before store.write manifests'],
    coordinator: ['after dispatch.open', 'before dispatch.announceDone', 'after store.promote staging'],
  },
  {
    worker: ['after outcomes.publish#5', 'before engine.answer#30'],
    collector: ['after outcomes.pull.acknowledge#2', 'after store.write manifests'],
    coordinator: ['after dispatch.drained', 'before store.write#3', 'before dispatch.remove'],
  },
];

describe
  .skipIf(skipReason)
  .concurrent(`roles that die at named events${skipReason && `: skipped. ${skipReason}`}`, () => {
    for (const crashes of scenarios) {
      const title = Object.entries(crashes)
        .map(([role, events]) => `${role} ${events.join(', ')}`)
        .join('; ');
      test(title, { timeout }, async ({ onTestFailed }) => {
        await using scene = await openScene({ title, onTestFailed, crashes, engine: { timeScale: 0.003 } });
        scene.begin();
        await scene.done();
        expectDeaths(scene.coordinators[0], crashes.coordinator);
        expectDeaths(scene.collectors[0], crashes.collector);
        expectDeaths(scene.workers[0], crashes.worker);
        await expectSameRows(scene);
        expectAskedTwice(scene, title, {});
      });
    }
  });

function expectDeaths(role: Role | undefined, events: readonly string[]): void {
  const deaths = role?.lives.slice(0, events.length).map(({ crashAt, signal }) => `${signal} ${crashAt}`);
  expect(deaths).toEqual(events.map((event) => `SIGKILL ${event}`));
}
