/** A NATS server with a certificate of its own authority, whose users are nkeys: every process of a run reads both from files. */
import { mkdtempDisposable, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { natsSkipReason, startNatsServer } from '@proofmill/nats-server';
import { selfSigned } from '@proofmill/test-kit';
import { describe, expect, test } from 'vitest';
import { runCommand } from './command.ts';
import { writeExample } from './example.ts';

const certificate = selfSigned();
const skipReason = (await natsSkipReason()) || (certificate === null ? 'It needs openssl.' : '');
const timeout = 240_000;

/** A user of this test alone. */
const user = {
  key: 'UCJRG66W52BP2YDSN2SO4M2SHWB54PWSZ2VW6HZ3SBQ42GCSSWIHBZSE',
  seed: 'SUAAJ6JG45UJPI56S7OOVJQVZBVOSZ55HXTSAZUZ47ZDHWHIQY3DLOUV7Q',
};

describe.skipIf(skipReason)(`NATS with TLS and nkeys${skipReason && `: skipped. ${skipReason}`}`, () => {
  test('a run ends once both files are named; without either it ends with 2 and says which one is wanted', {
    timeout,
  }, async () => {
    await using folder = await mkdtempDisposable(join(tmpdir(), 'proofmill-nats-tls-'));
    const files = { ca: join(folder.path, 'ca.pem'), key: join(folder.path, 'key.pem'), user: join(folder.path, 'nk') };
    await writeFile(files.ca, certificate?.cert ?? '');
    await writeFile(files.key, certificate?.key ?? '');
    await writeFile(files.user, `${user.seed}\n`);
    const tls = `tls { cert_file: ${JSON.stringify(files.ca)}, key_file: ${JSON.stringify(files.key)} }`;
    await using nats = await startNatsServer({ config: `${tls}\nauthorization { users: [{ nkey: ${user.key} }] }` });
    const paths = await writeExample(folder.path, { records: 6 });
    const words = ['run', paths.job, '--executor', 'nats'];
    const run = (env: Record<string, string>) =>
      runCommand({
        name: 'run',
        words,
        mark: `nats-tls-${process.pid}`,
        env: { NATS_URL: `tls://localhost:${nats.port}`, ...env },
      });

    const untrusted = await run({ NATS_CREDS: files.user });
    expect(untrusted).toMatchObject({ code: 2, stderr: expect.stringMatching(/not trusted .*NATS_CA/) });
    const unreadable = await run({ NATS_CREDS: files.user, NATS_CA: `${files.ca}.old` });
    expect(unreadable).toMatchObject({ code: 2, stderr: expect.stringContaining('ca.pem.old, cannot be read') });
    const unknown = await run({ NATS_CA: files.ca });
    expect(unknown).toMatchObject({ code: 2, stderr: expect.stringContaining('NATS refuses the credentials') });

    const done = await run({ NATS_CA: files.ca, NATS_CREDS: files.user });
    expect(done, done.stderr).toMatchObject({ code: 0 });
  });
});
