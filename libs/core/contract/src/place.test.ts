import { expect, test } from 'vitest';
import { schemeOf } from './place.ts';

test.each([
  ['s3://bucket/x', 's3'],
  ['s3:/bucket/x', 's3'],
  ['s3:bucket', 's3'],
  ['S3://bucket/x', 's3'],
  ['gs://bucket', 'gs'],
  ['http://host/x', 'http'],
  ['file:///x', 'file'],
  ['webdav:/x', 'webdav'],
  ['out', null],
  ['/abs/s3://x', null],
  ['./s3:/x', null],
  ['C:\\labels', null],
  ['C:/labels', null],
  ['pairs:v2.jsonl', null],
])('%j has the scheme %j', (place, scheme) => {
  expect(schemeOf(place)).toBe(scheme);
});
