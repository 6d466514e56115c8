import { JetStreamApiError } from '@nats-io/jetstream';
import { headers } from '@nats-io/transport-node';
import { type DoneSigner, RetryableError, subjects } from '@proofmill/contract';
import { apiOf } from './api.ts';
import type { Connection } from './connection.ts';
import { answerMs, ask } from './request.ts';
import { consumerCreated, doneHeaderName, isSignedInPlace, signedHeader } from './stored-done.ts';
import { streamInfo } from './stream-info.ts';

const doing = 'announcing that the run is done';
/** "wrong last sequence": something was stored since the stream was asked. */
const wrongLastSequence = 10071;
/** "stream store failed": no room, or the subject holds a message already. */
const storeFailed = 10077;
const attempts = 20;

/**
 * Stores the signed message at the place that its signature names: the next one, or nowhere. A message that somebody else has put
 * under its subject is removed first.
 * @throws RetryableError where the stream is full, or others store so quickly that no place is ever the next one
 */
export async function announceDone(connection: Connection, run: string, signer: DoneSigner): Promise<void> {
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    const answer = await ask(connection, doing, () => storeNext(connection, run, signer));
    if (answer === 'stored' || (answer === 'present' && (await isAnnounced(connection, run, signer)))) return;
    if (answer === 'full')
      throw new RetryableError('full', 'The tasks stream has no room for the message that the run is done.');
    if (answer === 'present') await revokeDone(connection, run);
  }
  throw new RetryableError(
    'done-displaced',
    `Somebody stores messages under ${subjects.done(run)} as quickly as they are removed, and keeps the workers from learning that the run is done.`,
  );
}

/** Removes what says that the run is over, whoever has stored it. */
export async function revokeDone(connection: Connection, run: string): Promise<void> {
  const { manager } = await apiOf(connection);
  await ask(connection, 'opening the run', () =>
    manager.streams.purge(subjects.tasksStream(run), { filter: subjects.done(run) }),
  );
}

async function storeNext(
  connection: Connection,
  run: string,
  signer: DoneSigner,
): Promise<'stored' | 'present' | 'full' | 'moved'> {
  const { client } = await apiOf(connection);
  const created = await consumerCreated(connection, run);
  const { state } = await streamInfo(connection, subjects.tasksStream(run), doing);
  const attached = headers();
  attached.set(doneHeaderName, signedHeader(signer, run, created, state.last_seq + 1));
  const options = { timeout: answerMs, headers: attached, expect: { lastSequence: state.last_seq } };
  try {
    await client.publish(subjects.done(run), new Uint8Array(), options);
    return 'stored';
  } catch (error) {
    if (!(error instanceof JetStreamApiError)) throw error;
    if (error.code === wrongLastSequence) return 'moved';
    if (error.code === storeFailed && error.message.includes('maximum messages per subject')) return 'present';
    if (error.code === storeFailed && /maximum (bytes|messages)/.test(error.message)) return 'full';
    throw error;
  }
}

/** Whether the stored message is one that is believed: a twin has announced it, or an answer to this coordinator was lost. */
async function isAnnounced(connection: Connection, run: string, { publicKey }: DoneSigner): Promise<boolean> {
  const { manager } = await apiOf(connection);
  const { created, stored } = await ask(connection, doing, async () => ({
    created: await consumerCreated(connection, run),
    stored: await manager.streams.getMessage(subjects.tasksStream(run), { last_by_subj: subjects.done(run) }),
  }));
  return stored !== null && isSignedInPlace(publicKey, run, created, stored);
}
