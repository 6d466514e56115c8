import { expect, test } from 'vitest';
import { clusterLayout, developerFolder, nameOfRoot } from './layout.ts';

test.each(['../..', '..', 'a/b', '', '/', 'A'])(
  '%j is no name of a cluster: its folders would be removed by it',
  (name) => {
    expect(() => clusterLayout(name)).toThrow('cannot be named');
    expect(() => developerFolder(name)).toThrow('cannot be named');
  },
);

test('a folder of temporary files belongs to a cluster only by a name that a cluster may have', () => {
  expect(nameOfRoot('proofmill-cluster-dev')).toBe('dev');
  expect(nameOfRoot('proofmill-cluster-My notes')).toBeNull();
  expect(nameOfRoot('proofmill-image')).toBeNull();
});
