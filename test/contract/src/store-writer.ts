// A process that writes objects until it is killed: `node store-writer.ts FOLDER`. Object n holds `n;` 300,000 times.
import { directoryStore } from '@proofmill/blob';

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error('usage: store-writer.ts FOLDER');
const store = directoryStore(folder);

for (let number = 0; ; number += 1) {
  const piece = Buffer.from(`${number};`.repeat(30_000));
  await store.write(`objects/${number}`, Array(10).fill(piece));
  process.stdout.write(`${number}\n`);
}
