/**
 * Stands in for a trainer: `node stand-in-trainer.ts DATA BASE OUT CAP LEAST`. Its weights are a file with the accuracy that the simulated judge
 * will have, which rises with the rows that it was trained on, between LEAST and CAP. Like a trainer it leaves a checkpoint on its way, and waits while a file
 * `hold-round-000` (by its round) lies beside the loop, so that a test can kill it there.
 */
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

const [data = '', base = '', out = '', cap = '0.97', least = '0'] = process.argv.slice(2);
const manifest = JSON.parse(await readFile(join(data, '_MANIFEST.json'), 'utf8')) as { files: { rows: number }[] };
const rows = manifest.files.reduce((sum, file) => sum + file.rows, 0);

await mkdir(join(out, 'checkpoint-1'), { recursive: true });
await writeFile(join(out, 'checkpoint-1', 'state.json'), String(rows));
const round = join(out, '../..');
while (existsSync(join(round, '../..', `hold-${basename(round)}`))) await pause(20);
const accuracy = Math.min(Number(cap), Math.max(Number(least), 0.6 + rows / 250));
await writeFile(join(out, 'weights.json'), JSON.stringify({ accuracy, rows, base }));
await rm(join(out, 'checkpoint-1'), { recursive: true });
console.log(`trained on ${rows} rows`);
