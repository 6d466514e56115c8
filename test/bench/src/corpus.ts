/** The corpus of the measurement, generated from a seed: JSON lines of about 3.4 kB each, or of a few words. */

import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { chanceOf } from '@proofmill/test-kit';

export interface BenchRecord {
  readonly id: string;
  readonly prompt: string;
  readonly response_a: string;
  readonly response_b: string;
}

export interface RecordSize {
  readonly promptCharacters: number;
  readonly responseCharacters: number;
}
const usual: RecordSize = { promptCharacters: 500, responseCharacters: 1400 };
/** A few words: what a record costs besides its text. */
export const tiny: RecordSize = { promptCharacters: 25, responseCharacters: 25 };
/** Lengths vary by this share in both directions. */
const spread = 0.5;

const words = (
  'the of and a to in is that it for was on are as with they be at one have this from or had by not but what some we can ' +
  'out other were all there when up use your how said an each she which do their time if will way about many then them ' +
  'write would like so these her long make thing see him two has look more day could go come did number sound no most ' +
  'people my over know water than call first who may down side been now find any new work part take get place made live ' +
  'where after back little only round man year came show every good me give our under name very through just form sentence ' +
  'great think say help low line differ turn cause much mean before move right boy old too same tell does set three want ' +
  'air well also play small end put home read hand port large spell add even land here must big high such follow act why ' +
  'ask men change went light kind off need house picture try us again animal point mother world near build self earth father'
).split(' ');

function textOf(draw: () => number, characters: number): string {
  const wanted = characters * (1 - spread + 2 * spread * draw());
  const parts: string[] = [];
  for (let length = 0, left = 0; length < wanted; left -= 1) {
    const word = words[Math.floor(draw() * words.length)] ?? '';
    const isFirst = left <= 0;
    if (isFirst) left = 6 + Math.floor(draw() * 12);
    const written = (isFirst ? word.charAt(0).toUpperCase() + word.slice(1) : word) + (left === 1 ? '.' : '');
    parts.push(written);
    length += written.length + 1;
  }
  return parts.join(' ');
}

function recordOf(index: number, { promptCharacters, responseCharacters }: RecordSize): BenchRecord {
  const draw = chanceOf(index + 1);
  return {
    id: `bench-${index}`,
    prompt: textOf(draw, promptCharacters),
    response_a: textOf(draw, responseCharacters),
    response_b: textOf(draw, responseCharacters),
  };
}

/** Writes the first `count` records. Returns the size of the file in bytes. */
export async function writeCorpus(path: string, count: number, size = usual): Promise<number> {
  const file = createWriteStream(path);
  for (let from = 0; from < count; from += 256) {
    const lines = Array.from({ length: Math.min(256, count - from) }, (_, offset) =>
      JSON.stringify(recordOf(from + offset, size)),
    );
    if (!file.write(`${lines.join('\n')}\n`)) await once(file, 'drain');
  }
  file.end();
  await once(file, 'close');
  return file.bytesWritten;
}
