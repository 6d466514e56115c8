/** How a role reaches NATS: the address, its own user and no other, and the authority that signed the server's certificate. */
import { type KubernetesSettings, podPaths } from '@proofmill/contract';
import { type Fields, literal, secretVariable, variable } from './fields.ts';

export type NatsRole = 'coordinator' | 'worker' | 'collector';

export interface NatsAccess {
  readonly env: readonly Fields[];
  readonly mounts: readonly Fields[];
  readonly volumes: readonly Fields[];
}

const caFile = 'ca.crt';
const credentialsFile = 'user.creds';

export function natsAccess({ nats }: KubernetesSettings, role: NatsRole): NatsAccess {
  const { caSecret, credentialsSecret } = nats;
  const file = (variableName: string, secret: string | undefined, key: string, path: string) =>
    secret === undefined
      ? []
      : [
          {
            env: variable(variableName, `${podPaths.nats}/${path}`),
            // Of the credentials, a pod gets those of its own role alone.
            source: { secret: { name: secret, items: [{ key, path }] } },
          },
        ];
  const files = [
    ...file('NATS_CA', caSecret, caFile, caFile),
    ...file('NATS_CREDS', credentialsSecret, `${role}.creds`, credentialsFile),
  ];
  return {
    env: [...addressOf(nats, role), ...files.map(({ env }) => env)],
    mounts: files.length === 0 ? [] : [{ name: 'nats', mountPath: podPaths.nats, readOnly: true }],
    volumes: files.length === 0 ? [] : [{ name: 'nats', projected: { sources: files.map(({ source }) => source) } }],
  };
}

/** NATS_URL, with the password of the role's user where NATS has users with passwords. */
function addressOf(nats: KubernetesSettings['nats'], role: NatsRole): Fields[] {
  if (nats.secret === undefined || nats.credentialsSecret !== undefined) return [variable('NATS_URL', nats.url)];
  const urls = nats.url.split(',').map((text) => {
    const [, scheme = 'nats://', address = ''] = /^([a-z]+:\/\/)?(.*)$/i.exec(text.trim()) ?? [];
    return `${scheme}${literal(nats.userPrefix)}${role}:$(NATS_PASSWORD)@${literal(address)}`;
  });
  // The order matters: Kubernetes expands a variable only in those after it.
  return [secretVariable('NATS_PASSWORD', nats.secret, role), { name: 'NATS_URL', value: urls.join(',') }];
}
