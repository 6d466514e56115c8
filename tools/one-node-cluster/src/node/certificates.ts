import { generateKeyPairSync } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runCommand } from '@proofmill/process';
import { type ClusterNetwork, inside } from './network.ts';

/** The holders of a certificate: the API server and all its clients. */
const subjects = {
  'kube-apiserver': '/CN=kube-apiserver',
  admin: '/O=system:masters/CN=admin',
  kubelet: '/O=system:nodes/CN=system:node:n1',
  'kube-controller-manager': '/CN=system:kube-controller-manager',
  'kube-scheduler': '/CN=system:kube-scheduler',
  'kube-proxy': '/CN=system:kube-proxy',
} as const;

/** The subject of one of the cluster's certificates. */
export type Identity = keyof typeof subjects;

/** The holders of a kubeconfig. */
export const clients: readonly Identity[] = [
  'admin',
  'kubelet',
  'kube-controller-manager',
  'kube-scheduler',
  'kube-proxy',
];

const days = '30';

/** Creates the cluster's own authority, a certificate for each holder, and the key that signs the tokens of service accounts. */
export async function issueCertificates(folder: string, { nodeAddress }: ClusterNetwork): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const names = [
    'localhost',
    'kubernetes',
    'kubernetes.default',
    'kubernetes.default.svc',
    'kubernetes.default.svc.cluster.local',
  ];
  const addresses = ['127.0.0.1', inside.apiService, nodeAddress];
  const settings = join(folder, 'openssl.cnf');
  await writeFile(
    settings,
    `[req]
distinguished_name = name
[name]
[authority]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, digitalSignature
subjectKeyIdentifier = hash
[leaf]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = clientAuth, serverAuth
subjectAltName = ${[...names.map((name) => `DNS:${name}`), ...addresses.map((address) => `IP:${address}`)].join(', ')}
`,
  );
  const path = (name: string, kind: 'key' | 'crt') => join(folder, `${name}.${kind}`);
  const issue = (name: string, subject: string, extensions: string, more: string[] = []) =>
    runCommand('openssl', [
      ...['req', '-x509', '-config', settings, '-extensions', extensions, '-subj', subject, '-days', days, '-nodes'],
      ...['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1'],
      ...['-keyout', path(name, 'key'), '-out', path(name, 'crt'), ...more],
    ]);
  await issue('ca', '/CN=proofmill-test', 'authority');
  const byAuthority = ['-CA', path('ca', 'crt'), '-CAkey', path('ca', 'key')];
  for (const [name, subject] of Object.entries(subjects)) {
    await issue(name, subject, 'leaf', byAuthority);
  }
  const { privateKey, publicKey } = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    privateKeyEncoding: { type: 'sec1', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  await writeFile(path('service-accounts', 'key'), privateKey, { mode: 0o600 });
  await writeFile(join(folder, 'service-accounts.pub'), publicKey);
}

/** Writes a kubeconfig that refers to no other file, so that it can be copied. */
export async function writeKubeconfig(file: string, folder: string, who: Identity, nodeAddress: string): Promise<void> {
  const base64 = async (name: string) => (await readFile(join(folder, name))).toString('base64');
  const kubeconfig = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [
      {
        name: 'proofmill',
        cluster: { server: `https://${nodeAddress}:6443`, 'certificate-authority-data': await base64('ca.crt') },
      },
    ],
    users: [
      {
        name: who,
        user: { 'client-certificate-data': await base64(`${who}.crt`), 'client-key-data': await base64(`${who}.key`) },
      },
    ],
    contexts: [{ name: 'proofmill', context: { cluster: 'proofmill', user: who } }],
    'current-context': 'proofmill',
  };
  await writeFile(file, `${JSON.stringify(kubeconfig, null, 2)}\n`, { mode: 0o600 }); // JSON is YAML
}
