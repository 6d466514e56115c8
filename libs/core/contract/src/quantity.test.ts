import { expect, test } from 'vitest';
import { amountOf, kubernetesSettingsSchema, quantitySchema } from './index.ts';

test.each([
  ['500m', 0.5],
  ['2', 2],
  ['1.5', 1.5],
  ['8Gi', 8 * 2 ** 30],
  ['8G', 8e9],
  ['64Mi', 64 * 2 ** 20],
])('%s is a quantity', (text, amount) => {
  expect(quantitySchema.safeParse(text).success).toBe(true);
  expect(amountOf(text)).toBeCloseTo(amount, 9);
});

test.each(['12Qx', '', 'Gi', '-1', '1 Gi', '1,5', '8gi', 'much'])('%s is refused with a sentence', (text) => {
  expect(quantitySchema.safeParse(text).error?.issues[0]?.message).toMatch(/^must be a quantity: .*such as 500m/);
});

const settingsOf = (more: object) =>
  kubernetesSettingsSchema.safeParse({ image: 'i', nats: { url: 'nats://n' }, ...more });

test('a request above its limit is refused, and named', () => {
  const issues = settingsOf({ worker: { resources: { requests: { cpu: '4' }, limits: { cpu: '2' } } } }).error?.issues;
  expect(issues).toMatchObject([{ path: ['worker', 'resources', 'requests', 'cpu'] }]);
  expect(issues?.[0]?.message).toBe('is 4, which is more than limits.cpu (2); raise the limit with it');
});

test('limits without CPU set none, and requests that are left out stay', () => {
  const { worker } = settingsOf({ worker: { resources: { limits: { memory: '2Gi' } } } }).data ?? {};
  expect(worker?.resources.limits).toEqual({ memory: '2Gi' });
  expect(Object.keys(worker?.resources.requests ?? {})).toEqual(['cpu', 'memory']);
});
