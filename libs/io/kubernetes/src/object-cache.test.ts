import type { KubernetesObject } from '@proofmill/contract';
import { expect, test } from 'vitest';
import { isLater, ObjectCache } from './object-cache.ts';

const object = (name: string, resourceVersion: string): KubernetesObject => ({
  ...{ apiVersion: 'v1', kind: 'Pod' },
  metadata: { name, namespace: 'here', resourceVersion },
});

function cacheOf(items: readonly KubernetesObject[], version: string) {
  const changed: string[] = [];
  const cache = new ObjectCache(({ metadata }) => changed.push(`${metadata.name} ${metadata.resourceVersion}`));
  cache.replace(items, version);
  changed.length = 0;
  return { cache, changed, versionOf: (name: string) => cache.get('here', name)?.metadata.resourceVersion };
}

test('the answer to a call of ours counts until an event of a later version comes', () => {
  const { cache, changed, versionOf } = cacheOf([object('a', '9')], '10');
  cache.answer(object('a', '12'));
  expect(versionOf('a')).toBe('12');
  // The event of a change before ours.
  cache.event('MODIFIED', object('a', '11'));
  expect(versionOf('a')).toBe('12');
  cache.event('MODIFIED', object('a', '12'));
  cache.event('MODIFIED', object('a', '13'));
  expect(versionOf('a')).toBe('13');
  expect(changed).toEqual(['a 11', 'a 12', 'a 13']);
});

test('the late answer to a call does not bring back an object that is gone', () => {
  const { cache, versionOf } = cacheOf([object('a', '9')], '10');
  cache.event('DELETED', object('a', '14'));
  cache.answer(object('a', '12'));
  expect(versionOf('a')).toBeUndefined();
});

test('an answer before the first list is not taken: it would seem to be all that exists', () => {
  const cache = new ObjectCache(() => undefined);
  cache.answer(object('a', '12'));
  expect(cache.all()).toEqual([]);
});

test('a second list reports what has changed, come and gone since the first, and nothing else', () => {
  const { cache, changed, versionOf } = cacheOf(
    [object('same', '1'), object('changed', '2'), object('gone', '3')],
    '10',
  );
  cache.answer(object('ours', '30'));
  cache.replace([object('same', '1'), object('changed', '15'), object('new', '16')], '20');
  expect(changed.toSorted()).toEqual(['changed 15', 'gone 3', 'new 16']);
  expect(versionOf('gone')).toBeUndefined();
  // Written after this list was taken.
  expect(versionOf('ours')).toBe('30');
});

test('a bookmark moves the version on, and changes nothing', () => {
  const { cache, changed } = cacheOf([object('a', '9')], '10');
  cache.event('BOOKMARK', { ...object('', '50') });
  expect(cache.version).toBe('50');
  expect(changed).toEqual([]);
  expect(cache.all()).toHaveLength(1);
});

test.each([
  ['100', '99', true],
  ['99', '100', false],
  ['123456789012345678901', '123456789012345678900', true],
  ['7', '7', false],
  ['opaque', '1', false],
  ['1', '', false],
])('version %j is later than %j: %s', (version, than, later) => {
  expect(isLater(version, than)).toBe(later);
});
