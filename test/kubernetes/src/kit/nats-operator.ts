/**
 * A NATS server whose users are JWTs, as `nsc` makes them: an operator signs accounts, and an account signs its users. See
 * docs.nats.io/running-a-nats-service/configuration/securing_nats/auth_intro/jwt.
 */
import { createAccount, createOperator, createUser, type KeyPair } from '@nats-io/nkeys';

interface SignedAccounts {
  /** Lines for the configuration of the server. */
  readonly config: string;
  /** A new user of the account, as the text of a .creds file. */
  credentialsOf(account: string): string;
}

/** Accounts with JetStream and no limits, besides the system account. */
export function signedAccounts(names: readonly string[]): SignedAccounts {
  const operator = createOperator();
  const accounts = new Map(['SYS', ...names].map((name) => [name, createAccount()] as const));
  const accountJwt = (name: string, key: KeyPair): string =>
    signed(operator, key, name, {
      type: 'account',
      limits: {
        ...noLimits,
        ...(name === 'SYS' ? {} : { mem_storage: -1, disk_storage: -1, streams: -1, consumer: -1 }),
      },
    });
  const preload = [...accounts].map(([name, key]) => `${key.getPublicKey()}: ${accountJwt(name, key)}`);
  return {
    config: [
      `operator: ${signed(operator, operator, 'test', { type: 'operator' })}`,
      `system_account: ${accounts.get('SYS')?.getPublicKey()}`,
      'resolver: MEMORY',
      `resolver_preload: {\n${preload.join('\n')}\n}`,
    ].join('\n'),
    credentialsOf(account) {
      const key = accounts.get(account);
      if (key === undefined) throw new Error(`there is no account ${account}`);
      const user = createUser();
      const jwt = signed(key, user, 'user', { type: 'user', pub: {}, sub: {}, subs: -1, data: -1, payload: -1 });
      const seed = new TextDecoder().decode(user.getSeed());
      return `-----BEGIN NATS USER JWT-----\n${jwt}\n------END NATS USER JWT------\n
-----BEGIN USER NKEY SEED-----\n${seed}\n------END USER NKEY SEED------\n`;
    },
  };
}

const noLimits = {
  ...{ subs: -1, data: -1, payload: -1, imports: -1, exports: -1, wildcards: true, conn: -1, leaf: -1 },
};

function signed(issuer: KeyPair, subject: KeyPair, name: string, nats: object): string {
  const base64 = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const claims = {
    jti: subject.getPublicKey(),
    iat: 1_700_000_000,
    iss: issuer.getPublicKey(),
    sub: subject.getPublicKey(),
    name,
    nats: { ...nats, version: 2 },
  };
  const text = `${base64({ typ: 'JWT', alg: 'ed25519-nkey' })}.${base64(claims)}`;
  return `${text}.${Buffer.from(issuer.sign(Buffer.from(text))).toString('base64url')}`;
}
