/** A certificate that signs itself, made by openssl. */
import { execFileSync } from 'node:child_process';
import { mkdtempDisposableSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Certificate {
  readonly key: string;
  readonly cert: string;
}

/** Of the hosts `engine.invalid`, `localhost` and 127.0.0.1; null where there is no openssl. */
export function selfSigned(): Certificate | null {
  using folder = mkdtempDisposableSync(join(tmpdir(), 'proofmill-certificate-'));
  const [key, cert] = [join(folder.path, 'key.pem'), join(folder.path, 'cert.pem')];
  const names = 'subjectAltName=DNS:engine.invalid,DNS:localhost,IP:127.0.0.1';
  const made = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', key, '-out', cert];
  try {
    execFileSync('openssl', [...made, '-subj', '/CN=engine', '-addext', names], { stdio: 'ignore' });
  } catch {
    return null;
  }
  return { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') };
}
