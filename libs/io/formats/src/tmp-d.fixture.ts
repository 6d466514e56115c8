import { readFileSync, readdirSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { messages, read } from './memory-file.fixture.ts';
const d = '/tmp/formats-data/';
const exp = readFileSync(d + 'exp.jsonl', 'utf8')
  .trim()
  .split('\n')
  .map((l) => JSON.parse(l));
const norm = (v: unknown): unknown => JSON.parse(JSON.stringify(v));
for (const f of readdirSync(d).filter((f) => /^[pa]_/.test(f))) {
  try {
    const t = performance.now();
    const r = await read(readFileSync(d + f), { uri: f, maxRecordBytes: 8_000_000 });
    const ms = performance.now() - t;
    if (/types|large/.test(f)) {
      console.log(f, JSON.stringify(r));
      continue;
    }
    let bad = 0;
    let first = '';
    for (const [i, e] of exp.entries()) {
      const g = norm((r[i] as any)?.value);
      if (!isDeepStrictEqual(g, e)) {
        bad++;
        first ||= `${i} ${JSON.stringify(g)?.slice(0, 400)}\n   EXP ${JSON.stringify(e).slice(0, 400)}`;
      }
    }
    console.log(f, r.length, 'bad', bad, ms.toFixed(0), first, messages(r).slice(0, 2));
  } catch (e) {
    console.log(f, (e as Error).stack?.slice(0, 500));
  }
}
