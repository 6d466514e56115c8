import { ConfigurationError } from '@proofmill/contract';
import { expect, onTestFinished, test, vi } from 'vitest';
import { type TestApiServer, testApiServer } from './api-server.fixture.ts';
import { observe } from './observe.ts';
import { askWithRights } from './rights.ts';

const pod = { apiVersion: 'v1', kind: 'Pod' };
const soon = { timeout: 10_000, interval: 10 };

function observing(server: TestApiServer, rightsMayCome = false) {
  const stop = new AbortController();
  onTestFinished(() => stop.abort());
  const changed: string[] = [];
  const troubles: string[] = [];
  const { credentials } = server;
  const observation = observe({ credentials, ask: askWithRights(credentials, rightsMayCome), namespace: 'here' }, pod, {
    onChange: ({ metadata }) => changed.push(metadata.name),
    onTrouble: ({ message }) => troubles.push(message),
    signal: stop.signal,
  });
  const names = (): string[] => observation.list('here').map(({ metadata }) => metadata.name);
  return { observation, changed, troubles, names };
}

const listsOf = ({ requests }: TestApiServer): URLSearchParams[] => requests.filter((query) => !query.has('watch'));
const watchesOf = ({ requests }: TestApiServer): URLSearchParams[] => requests.filter((query) => query.has('watch'));

test('lists all pages once, then follows from the version of the list, with bookmarks', async () => {
  const server = await testApiServer();
  for (const name of ['a', 'b', 'c', 'd', 'e']) server.put(name, { is: name });
  const { observation, changed, names } = observing(server);
  await observation.complete;
  expect(names()).toEqual(['a', 'b', 'c', 'd', 'e']);
  expect(observation.read('here', 'c')).toMatchObject({ ...pod, metadata: { labels: { is: 'c' } } });
  expect(observation.read('here', 'c')?.metadata).not.toHaveProperty('managedFields');
  expect(observation.list('here', { is: 'b' })).toHaveLength(1);
  expect(observation.list('elsewhere')).toEqual([]);
  await vi.waitFor(() => expect(watchesOf(server)).toHaveLength(1), soon);
  const [watch] = watchesOf(server);
  expect(watch?.get('resourceVersion')).toBe('105');
  expect(watch?.get('allowWatchBookmarks')).toBe('true');
  server.put('f');
  server.remove('a');
  await vi.waitFor(() => expect(names()).toEqual(['b', 'c', 'd', 'e', 'f']), soon);
  expect(changed).toEqual(['a', 'b', 'c', 'd', 'e', 'f', 'a']);
  expect(listsOf(server)).toHaveLength(3);
});

test.each(['end', 'break'] as const)(
  'a watch that the server or the network ends (%s) continues from its last version, and nothing is missed or listed again',
  async (how) => {
    const server = await testApiServer();
    server.put('a');
    const { observation, names, troubles } = observing(server);
    await observation.complete;
    await vi.waitFor(() => expect(watchesOf(server)).toHaveLength(1), soon);
    server.bookmark();
    server.put('b');
    await vi.waitFor(() => expect(names()).toEqual(['a', 'b']), soon);
    server.endWatches(how);
    server.put('c');
    await vi.waitFor(() => expect(names()).toEqual(['a', 'b', 'c']), soon);
    expect(watchesOf(server)[1]?.get('resourceVersion')).toBe('103');
    expect(listsOf(server)).toHaveLength(1);
    expect(troubles).toEqual([]);
  },
);

test('when its version has expired, everything is listed again, and what went meanwhile is gone', async () => {
  const server = await testApiServer();
  for (const name of ['a', 'b']) server.put(name);
  const { observation, names, changed } = observing(server);
  await observation.complete;
  await vi.waitFor(() => expect(watchesOf(server)).toHaveLength(1), soon);
  server.endWatches('break');
  changed.length = 0;
  server.remove('a');
  server.put('c');
  server.compact();
  await vi.waitFor(() => expect(names()).toEqual(['b', 'c']), soon);
  expect(changed.toSorted()).toEqual(['a', 'c']);
  expect(listsOf(server)).toHaveLength(2);
});

test('a right that is missing from the start fails the observation; one that is taken away later is a trouble that passes', async () => {
  const server = await testApiServer();
  server.refuses = { status: 403, message: 'pods is forbidden' };
  const refused = observing(server);
  await expect(refused.observation.complete).rejects.toThrow(ConfigurationError);
  await expect(refused.observation.complete).rejects.toThrow('listing Pods in here: pods is forbidden');
  server.refuses = null;
  const { observation, troubles, names } = observing(server);
  await observation.complete;
  server.refuses = { status: 500, message: 'etcd is away' };
  server.endWatches('break');
  await vi.waitFor(() => expect(troubles[0]).toContain('etcd is away'), soon);
  server.refuses = null;
  server.put('later');
  await vi.waitFor(() => expect(names()).toEqual(['later']), soon);
});
