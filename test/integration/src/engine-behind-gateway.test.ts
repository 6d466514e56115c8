import { mkdtempDisposable, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { selfSigned } from '@proofmill/test-kit';
import { expect, test } from 'vitest';
import { runCommand } from './command.ts';
import { exampleJob, writeExample } from './example.ts';
import { startHttpEngine } from './http-engine.ts';
import { filesOf } from './output.ts';

const timeout = 240_000;
const gatewayKey = 'gw-3f81d0';
const mark = `engine-gateway-${process.pid}`;

const certificate = selfSigned();

test.skipIf(certificate === null)(
  'a gateway with a certificate and headers of its own (it needs openssl)',
  {
    timeout,
  },
  async () => {
    await using folder = await mkdtempDisposable(join(tmpdir(), 'proofmill-gateway-'));
    if (certificate === null) return;
    await writeFile(join(folder.path, 'ca.pem'), certificate.cert);
    const paths = await writeExample(folder.path, { records: 6 });
    await using engine = await startHttpEngine({
      simulator: { model: 'judge', goldFiles: [paths.corpus] },
      tls: certificate,
      refuses: (headers) => headers['x-gateway'] !== gatewayKey,
    });
    const job = exampleJob();
    const write = (more: object) => {
      const headers = { 'X-Team': 'research', 'X-Gateway': { env: 'GATEWAY_KEY' } };
      const written = { model: 'judge', baseUrl: engine.url, headers, ...more };
      Object.assign(job.spec.pipeline[0] ?? {}, { engine: written });
      return writeFile(paths.job, JSON.stringify(job));
    };
    const run = (env: Record<string, string> = { GATEWAY_KEY: gatewayKey }) =>
      runCommand({ name: 'run', words: ['run', paths.job], mark, env });

    await write({});
    const untrusted = await run();
    expect(untrusted.code).toBe(2);
    expect(untrusted.stderr).toContain('name the file of its authority in engine.caFile');

    await write({ caFile: 'nowhere.pem' });
    expect((await run()).stderr).toMatch(/^stage label: engine\.caFile: .*nowhere\.pem cannot be read \(ENOENT.*\)$/m);
    await write({ caFile: 'pairs.jsonl' });
    expect((await run()).stderr).toMatch(/^stage label: engine\.caFile: .*pairs\.jsonl holds no certificate/m);
    expect(engine.requests).toEqual([]);

    await write({ caFile: 'ca.pem' });
    const done = await run();
    expect(done, done.stderr).toMatchObject({ code: 0 });
    for (const { headers } of engine.requests) {
      expect(headers).toMatchObject({ 'x-team': 'research', 'x-gateway': gatewayKey });
    }
    const everything = [done.stdout, done.stderr, ...[...(await filesOf(paths.out)).entries()].flat()].join('\n');
    expect(everything).not.toContain(gatewayKey);
  },
);
