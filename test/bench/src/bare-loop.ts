/**
 * The floor, as a process: reads the corpus, asks the engine with 128 requests in flight, reads the answers, and appends
 * them to a file. It checks, retries, orders and syncs nothing. Arguments: address, corpus, file of answers, frame, model, in flight.
 *
 * Prints one line of JSON: records, seconds from the first request to the last line written, CPU milliseconds in that time.
 */

import { once } from 'node:events';
import { createReadStream, createWriteStream, readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { createInterface } from 'node:readline';
import type { BenchRecord } from './corpus.ts';

const [address = '', corpus = '', answers = '', frameFile = '', model = '', inFlight = '128'] = process.argv.slice(2);
const frame = JSON.parse(readFileSync(frameFile, 'utf8')) as [string, string, string, string];
const { hostname, port } = new URL(address);
const agent = new Agent({ keepAlive: true, maxSockets: Number(inFlight) });
const out = createWriteStream(answers);

const ask = (body: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    const path = '/v1/chat/completions';
    const outgoing = request({ hostname, port, path, method: 'POST', agent, headers }, (response) => {
      const pieces: Buffer[] = [];
      response.on('data', (piece: Buffer) => pieces.push(piece));
      response.on('end', () => resolve(Buffer.concat(pieces).toString()));
      response.on('error', reject);
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });

const lines = createInterface({ input: createReadStream(corpus) })[Symbol.asyncIterator]();
let records = 0;

async function loop(): Promise<void> {
  for (;;) {
    const line = await lines.next();
    if (line.done) return;
    const seed = records;
    records += 1;
    const record = JSON.parse(line.value) as BenchRecord;
    const content = `${frame[0]}${record.prompt}${frame[1]}${record.response_a}${frame[2]}${record.response_b}${frame[3]}`;
    const messages = [{ role: 'user', content }];
    const text = await ask(JSON.stringify({ model, messages, seed, temperature: 0.6, top_p: 0.9, max_tokens: 4096 }));
    const { choices } = JSON.parse(text) as { choices: { message: { content: string } }[] };
    out.write(`${JSON.stringify({ id: record.id, answer: choices[0]?.message.content })}\n`);
  }
}

const startMs = performance.now();
const cpuAtStart = process.cpuUsage();
await Promise.all(Array.from({ length: Number(inFlight) }, loop));
out.end();
await once(out, 'close');
const cpu = process.cpuUsage(cpuAtStart);
const seconds = (performance.now() - startMs) / 1000;
agent.destroy();
console.log(JSON.stringify({ records, seconds, cpuMs: (cpu.user + cpu.system) / 1000 }));
