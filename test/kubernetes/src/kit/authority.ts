/** A certificate authority of a test, made by openssl, and a certificate that it signed. */
import { mkdtempDisposable, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommand } from '@proofmill/process';

/** The content of a Secret as cert-manager makes it: `ca.crt`, `tls.crt` and `tls.key` for these host names. */
export async function certificateFor(names: readonly string[]): Promise<Readonly<Record<string, string>>> {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'proofmill-authority-'));
  const openssl = (...words: string[]) => runCommand('openssl', words, { cwd: folder.path });
  const made = (name: string) => ['-newkey', 'rsa:2048', '-nodes', '-keyout', `${name}.key`, '-subj', `/CN=${name}`];
  await openssl('req', '-x509', ...made('ca'), '-out', 'ca.crt');
  await openssl('req', ...made('tls'), '-out', 'tls.csr');
  // The servers of a cluster are clients of each other.
  const usage = 'extendedKeyUsage=serverAuth,clientAuth';
  await writeFile(
    join(folder.path, 'names'),
    `subjectAltName=${names.map((name) => `DNS:${name}`).join(',')}\n${usage}\n`,
  );
  const signed = ['-CA', 'ca.crt', '-CAkey', 'ca.key', '-CAcreateserial', '-extfile', 'names'];
  await openssl('x509', '-req', '-in', 'tls.csr', ...signed, '-out', 'tls.crt');
  const files = ['ca.crt', 'tls.crt', 'tls.key'];
  return Object.fromEntries(
    await Promise.all(files.map(async (name) => [name, await readFile(join(folder.path, name), 'utf8')] as const)),
  );
}
