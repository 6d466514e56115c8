/** The sequences of calls that Proofmill makes of a folder, each with what it relies on after every step. */
import { link, mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import type { JournalWriter } from '@proofmill/contract';
import {
  holds,
  holdsOnlyWhole,
  journalHolds,
  journalsIn,
  namesOnlyWhole,
  outputOf,
  sha256,
  storeIn,
} from './checks.ts';
import type { Sequence, Stage } from './crashes.ts';

const bytesOf = (text: string): Uint8Array => Buffer.from(text);
/** More than one piece of 256 KiB. */
const large = 'a line of a large object\n'.repeat(12_000);
const small = 'a line of an object\n'.repeat(20);

/** What other processes do, and do not sync since they are killed. */
async function otherProcess(
  folder: string,
): Promise<{ makeOutput(): Promise<void>; linkUnsynced(path: string, content: string): Promise<void> }> {
  const output = outputOf(folder);
  const makeOutput = async (): Promise<void> => {
    for (const each of ['deep', 'deep/out', 'deep/out/.proofmill', 'deep/out/.proofmill/tmp', 'deep/out/data'])
      await mkdir(join(folder, each));
  };
  return {
    makeOutput,
    async linkUnsynced(path, content) {
      const temporary = join(output, '.proofmill/tmp/.part-of-another-process');
      const handle = await open(temporary, 'wx');
      await handle.write(bytesOf(content), 0, content.length, 0);
      await handle.sync();
      await handle.close();
      await link(temporary, join(output, path));
    },
  };
}

const created: Sequence = {
  name: 'objects are created in a folder that does not exist yet',
  async play(stage) {
    const store = storeIn(stage.folder);
    const objects = new Map([
      ['.proofmill/label/plan/START', ['{}']],
      ['.proofmill/label/plan/00000.json', ['{"chunks":[]}']],
      ['data/large.jsonl', [large]],
    ]);
    stage.always(holdsOnlyWhole(objects));
    for (const [path, [content = '']] of objects) {
      await store.write(path, [bytesOf(content)]);
      stage.acknowledged(holds(path, content));
    }
  },
};

const named: Sequence = {
  name: 'an object is named after its content',
  async play(stage) {
    const name = `staging/${sha256(bytesOf(small))}.jsonl`;
    stage.always(holdsOnlyWhole(new Map([[name, [small]]])));
    await storeIn(stage.folder).write((digest) => `staging/${digest}.jsonl`, [bytesOf(small)]);
    stage.acknowledged(holds(name, small));
  },
};

const raced: Sequence = {
  name: 'several processes create the same object at once',
  async play(stage) {
    const offers = ['first', 'second', 'third'];
    stage.always(holdsOnlyWhole(new Map([['manifests/00000.json', offers]])));
    const written = await Promise.all(
      offers.map((offer) => storeIn(stage.folder).write('manifests/00000.json', [bytesOf(offer)])),
    );
    const winner = offers[written.findIndex((each) => each.created)] ?? 'none';
    stage.acknowledged(holds('manifests/00000.json', winner));
  },
};

const adopted: Sequence = {
  name: 'an object exists already, of a process that was killed ahead of syncing its name',
  async play(stage) {
    const other = await otherProcess(stage.folder);
    await other.makeOutput();
    await other.linkUnsynced('data/winner', 'of the other');
    const { created: isOurs } = await storeIn(stage.folder).write('data/winner', [bytesOf('ours')]);
    if (isOurs) throw new Error('the object of the other process was replaced');
    stage.acknowledged(holds('data/winner', 'of the other'));
  },
};

const inherited: Sequence = {
  name: 'the folders exist already, of a process that was killed ahead of syncing them',
  async play(stage) {
    await (await otherProcess(stage.folder)).makeOutput();
    await storeIn(stage.folder).write('data/a', [bytesOf('content')]);
    stage.acknowledged(holds('data/a', 'content'));
    const writer = await journalsIn(stage.folder).create(0);
    await journalThrough(stage, writer, ['frame;']);
  },
};

const promoted: Sequence = {
  name: 'a staged object is promoted, also again',
  async play(stage) {
    const store = storeIn(stage.folder);
    await store.write('staging/rows', [bytesOf(small)]);
    stage.always(holdsOnlyWhole(new Map(['staging/rows', 'data/rows'].map((path) => [path, [small]]))));
    await store.promote('staging/rows', 'data/rows');
    stage.acknowledged(holds('data/rows', small));
    await storeIn(stage.folder).promote('staging/rows', 'data/rows');
  },
};

const copied: Sequence = {
  name: 'an object is placed on another file system',
  cannotLink: (source) => !source.includes('/data/'),
  async play(stage) {
    stage.always(holdsOnlyWhole(new Map([['data/rows', [small]]])));
    await storeIn(stage.folder).write('data/rows', [bytesOf(small)]);
    stage.acknowledged(holds('data/rows', small));
  },
};

const journalled: Sequence = {
  name: 'frames are appended to a journal and synced',
  async play(stage) {
    const journals = journalsIn(stage.folder);
    for (const epoch of [1, 2]) {
      const writer = await journals.create(0);
      await journalThrough(stage, writer, [`first of ${epoch};`, 'second;', small]);
    }
  },
};

const ended: Sequence = {
  name: 'a journal is ended by another process',
  async play(stage) {
    const writer = await journalsIn(stage.folder).create(0);
    await journalThrough(stage, writer, ['first;']);
    const other = journalsIn(stage.folder);
    await other.end(0, 1);
    const length = await other.lengthOfEnded(0, 1);
    stage.acknowledged(async (folder) => {
      const found = await journalsIn(folder).lengthOfEnded(0, 1);
      return found === length ? null : `a journal that was ended at ${length} bytes is ended at ${found}`;
    });
  },
};

const read: Sequence = {
  name: 'a reader acts on frames that their writer has not synced',
  async play(stage) {
    const writer = await journalsIn(stage.folder).create(3);
    await writer.append(bytesOf('synced by nobody;'));
    let text = '';
    for await (const piece of journalsIn(stage.folder).read(3, 1, 0)) text += Buffer.from(piece).toString();
    stage.acknowledged(journalHolds(3, 1, text));
    if (text !== 'synced by nobody;') throw new Error('the reader did not see the frame');
    await writer.append(bytesOf('and not read;'));
    await writer.close();
  },
};

const committed: Sequence = {
  name: 'a shard is committed, its files are promoted, and the job succeeds',
  async play(stage) {
    const store = storeIn(stage.folder);
    const manifest = '.proofmill/label/manifests/00000.json';
    const staged = await Promise.all(
      ['rows', 'failures'].map((kind) =>
        store.write(
          (digest) => `.proofmill/label/staging/00000.${kind}.e1.${digest}.jsonl`,
          [bytesOf(`${kind} ${small}`)],
        ),
      ),
    );
    for (const path of [manifest, '_MANIFEST.json', '_SUCCESS']) stage.always(namesOnlyWhole(path));
    const manifestText = JSON.stringify(staged);
    await store.write(manifest, [bytesOf(manifestText)]);
    stage.acknowledged(holds(manifest, manifestText));
    const finals = [];
    for (const [at, { path, sha256: digest }] of staged.entries()) {
      const final = ['data/train-00000-of-00001.jsonl', 'failed/00000.jsonl'][at] ?? '';
      await store.promote(path, final);
      finals.push({ path: final, sha256: digest });
    }
    const totals = JSON.stringify(finals);
    await store.write('_MANIFEST.json', [bytesOf(totals)]);
    const success = JSON.stringify([{ path: '_MANIFEST.json', sha256: sha256(bytesOf(totals)) }, ...finals]);
    await store.write('_SUCCESS', [bytesOf(success)]);
    stage.acknowledged(holds('_SUCCESS', success));
  },
};

/** Appends each text and syncs it, and appends one more that nobody syncs. */
async function journalThrough(stage: Stage, writer: JournalWriter, texts: readonly string[]): Promise<void> {
  let synced = '';
  for (const text of texts) {
    await writer.append(bytesOf(text));
    await writer.sync();
    synced += text;
    stage.acknowledged(journalHolds(0, writer.epoch, synced));
  }
  await writer.append(bytesOf('never synced'));
  await writer.close();
}

export const sequences: readonly Sequence[] = [
  created,
  named,
  raced,
  adopted,
  inherited,
  promoted,
  copied,
  journalled,
  ended,
  read,
  committed,
];
