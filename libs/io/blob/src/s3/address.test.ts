import { ConfigurationError } from '@proofmill/contract';
import { describe, expect, it } from 'vitest';
import { openJournals, openStore } from '../open.ts';
import { s3AddressOf, s3FolderOf } from './address.ts';

describe('a place in an object store', () => {
  it.each([
    ['s3://labels', 'labels', ''],
    ['s3://labels/', 'labels', ''],
    ['s3://labels/a/b/', 'labels', 'a/b'],
    ['s3://my.bucket-1/a b/%20?#*', 'my.bucket-1', 'a b/%20?#*'],
  ])('%s is read literally', (uri, bucket, prefix) => {
    expect(s3AddressOf(uri)).toEqual({ bucket, prefix });
  });

  it.each(['s3://', 's3:///a', 's3://Labels/a', 's3://ab/c', 's3://user:secret@labels/a'])('%s is refused', (uri) => {
    expect(() => s3AddressOf(uri)).toThrow(ConfigurationError);
    expect(() => s3AddressOf(uri)).not.toThrow(/secret/);
  });

  it.each(['s3://labels/a//b', 's3://labels/../b', 's3://labels/a/./b'])(
    '%s is refused as a folder to write to',
    (uri) => {
      expect(() => s3FolderOf(uri)).toThrow(/an empty step, \. or \.\./);
      expect(() => openStore(uri)).toThrow(ConfigurationError);
      expect(() => openJournals(uri, () => 'journal')).toThrow(ConfigurationError);
    },
  );
});
