import { kubernetesSettingsSchema } from '@proofmill/contract';
import { expect, test } from 'vitest';
import { podTemplate } from './pods.ts';

const settings = kubernetesSettingsSchema.parse({ image: 'proofmill:1', nats: { url: 'nats://nats:4222' } });
const parts = { labels: {}, volumes: [], graceSeconds: 60, pod: settings.driver.pod };

test('the process of a single container is not the first one, so that it hears a signal while it starts', () => {
  const { spec } = podTemplate(settings, { ...parts, containers: [{ name: 'driver' }] });
  expect(spec).toMatchObject({ shareProcessNamespace: true });
});

test('an engine does not see the processes of the worker beside it', () => {
  const containers = [{ name: 'worker' }];
  const { spec } = podTemplate(settings, { ...parts, containers, initContainers: [{ name: 'engine' }] });
  expect(spec).not.toHaveProperty('shareProcessNamespace');
});
