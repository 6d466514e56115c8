/** Users of a NATS server: those that the chart gives to the roles, and those that docs/nats.md gives to the workers of a run. */
import { readFileSync } from 'node:fs';
import type { Connection } from '@proofmill/jetstream';

export const roles = ['coordinator', 'worker', 'collector'] as const;
export type Role = (typeof roles)[number];

const read = (path: string): string => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');
const usersOfRoles = read('charts/proofmill/files/users.conf');
const passwords = { coordinator: 'Coordinator1', worker: 'Worker1', collector: 'Collector1', test: 'Test1' };
for (const role of roles) process.env[`${role.toUpperCase()}_PASSWORD`] = passwords[role];

interface AccountOptions {
  /** Of the names of its users, which are those of the whole server. */
  readonly prefix?: string;
  /** Runs whose workers have a user of their own. */
  readonly runs?: readonly string[];
}

/** An account with the users of the roles, and a user `test` who may do everything. */
const accountBlock = (name: string, { prefix = '', runs = [] }: AccountOptions = {}): string => {
  const more = [`{ user: test, password: ${passwords.test} }`, ...runs.map(workerOfRun)].join('\n');
  const users = usersOfRoles.replace(/^users: \[/m, `users: [ ${more}`).replaceAll(/user: (?=\w)/g, `user: ${prefix}`);
  return `${name} { jetstream: enabled\n${users}\n}`;
};

/** The configuration of a server with one such account. */
export const accountOf = (name: string, options?: AccountOptions): string =>
  `accounts { ${accountBlock(name, options)} }`;

/** The configuration of a server with an account for each prefix. */
export const accountsOf = (...prefixes: readonly string[]): string =>
  `accounts { ${prefixes.map((prefix) => accountBlock(`TEAM_${prefix.replace('-', '')}`, { prefix })).join('\n')} }`;

/** The user of docs/nats.md that may work for one run. */
function workerOfRun(run: string): string {
  const [, block] = /^```\n(\{\n {2}user: worker-RUN\n.*?^\}\n)```$/ms.exec(read('docs/nats.md')) ?? [];
  if (block === undefined) throw new Error('docs/nats.md has no user for the workers of a run');
  return block.replaceAll('RUN', run);
}

/** The address of a server for a user: a role, `test`, or a worker's user of a run. */
export const natsUrl = (url: string, role: keyof typeof passwords, { prefix = '', run = '' } = {}): string =>
  url.replace('nats://', `nats://${prefix}${role}${run === '' ? '' : `-${run}`}:${passwords[role]}@`);

interface Violation extends Error {
  readonly operation?: string;
  readonly subject?: string;
}

/** `publish SUBJECT` when the server refuses it; null when it does not, whether or not anybody answers. */
export async function publishRefusal({ client }: Connection, subject: string): Promise<string | null> {
  const error = await client.request(subject, '', { timeout: 1_000 }).then(
    () => null,
    (reason: Error) => (reason.cause ?? reason) as Violation,
  );
  return error?.operation ? `${error.operation} ${error.subject}` : null;
}

/** `subscription SUBJECT` when the server refuses it. */
export async function subscriptionRefusal({ client }: Connection, subject: string): Promise<string | null> {
  const refused = new Promise<string>((resolve) => {
    client.subscribe(subject, {
      callback: (error) => {
        const { operation, subject } = (error ?? {}) as Violation;
        if (operation) resolve(`${operation} ${subject}`);
      },
    });
  });
  // The server answers in order: once it has answered this, it has answered the subscription.
  return Promise.race([
    refused,
    client
      .flush()
      .then(() => client.flush())
      .then(() => null),
  ]);
}
