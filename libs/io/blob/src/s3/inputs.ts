import { matchesGlob } from 'node:path';
import { ConfigurationError, type Input } from '@proofmill/contract';
import type { Inputs } from '../directory/inputs.ts';
import { nearestNames } from '../nearest.ts';
import { s3AddressOf } from './address.ts';
import { objectsOf } from './objects.ts';

const globSyntax = /[*?[\]{}]/;

/** Input files in an object store: `s3://BUCKET/KEY`, the key perhaps a glob. Files of a glob come sorted by key. */
export function s3Inputs(): Inputs {
  async function matchesOf(uri: string): Promise<Input[]> {
    const { bucket, prefix: key } = s3AddressOf(uri);
    if (key === '') throw new ConfigurationError(`${uri} names no object: it looks like s3://${bucket}/pairs-*.jsonl`);
    const objects = objectsOf(bucket);
    const inputOf = (name: string, bytes: number, etag: string): Input => ({
      uri: `s3://${bucket}/${name}`,
      bytes,
      etag,
    });
    // An object whose key has brackets in it is meant as it stands.
    const exact = await objects.head(key);
    if (exact) return [inputOf(key, exact.bytes, exact.version)];
    const found: Input[] = [];
    const near: string[] = [];
    const fixed = key.slice(0, key.search(globSyntax) < 0 ? key.lastIndexOf('/') + 1 : key.search(globSyntax));
    for await (const { key: name, bytes, version } of objects.list(fixed)) {
      // What some programs put where they mean a folder.
      if (name.endsWith('/')) continue;
      if (globSyntax.test(key) && matchesGlob(name, key)) found.push(inputOf(name, bytes, version));
      else if (near.length < 1000) near.push(name);
    }
    if (found.length > 0) return found.sort((a, b) => (a.uri < b.uri ? -1 : 1));
    const hint =
      near.length === 0
        ? `There is nothing below s3://${bucket}/${fixed}.`
        : `There is: ${nearestNames(key, near).join(', ')}.`;
    throw new ConfigurationError(`${uri} matches no object. ${hint}`);
  }

  return {
    async list(uris) {
      const inputs = new Map<string, Input>();
      for (const uri of uris) for (const input of await matchesOf(uri)) inputs.set(input.uri, input);
      return [...inputs.values()];
    },
    async *open({ uri, etag }) {
      const { bucket, prefix: key } = s3AddressOf(uri);
      const lost = (reason: 'missing' | 'changed') =>
        new ConfigurationError(
          `${uri} is ${reason === 'missing' ? 'gone' : 'another object'} since it was listed. The corpus of a job must not change while it is planned.`,
        );
      yield* objectsOf(bucket).stream(key, { version: etag, lost });
    },
  };
}
