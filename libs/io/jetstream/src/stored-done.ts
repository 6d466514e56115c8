/**
 * The stored message that says that a run is over. Whoever may ask the server for anything can have one stored: the server sends its
 * answer to the subject that the asker names, whatever the asker may publish. So only the signature counts. It holds for the place
 * of the message: its number in the stream, and the time at which the workers' consumer was created, since numbers start again
 * after a loss. Only coordinators may create that consumer.
 */
import type { MsgHdrs } from '@nats-io/transport-node';
import { type DoneSigner, isSignedDone, subjects } from '@proofmill/contract';
import { apiOf } from './api.ts';
import type { Connection } from './connection.ts';

/** The header that holds the signature. */
export const doneHeaderName = 'Pm-Done';

/**
 * A 2.9 server says another time of creation once it was restarted: the one that it has stored, which is later by what lay between two
 * lines of its code. No store is lost and opened again within so few milliseconds.
 */
const mostLaterMs = 100;

/** The value of the header, signed for message `sequence`. `created`: when the workers' consumer was created, as the server says it. */
export const signedHeader = (signer: DoneSigner, run: string, created: string, sequence: number): string =>
  `${created} ${signer.sign(run, placeOf(created, sequence))}`;

const placeOf = (created: string, sequence: number): string => `${created} ${sequence}`;

/** When the consumer was created. Rejects where it, or its stream, is gone. */
export async function consumerCreated(connection: Connection, run: string): Promise<string> {
  const { manager } = await apiOf(connection);
  return (await manager.consumers.info(subjects.tasksStream(run), subjects.workers)).created;
}

/** Whether the message that the server has found at `seq` is signed for its place. */
export function isSignedInPlace(
  publicKey: string | undefined,
  run: string,
  created: string,
  { seq, header }: { readonly seq: number; readonly header: MsgHdrs },
): boolean {
  const [signedFor = '', signature = ''] = header.get(doneHeaderName).split(' ');
  const laterMs = Date.parse(created) - Date.parse(signedFor);
  if (!(laterMs >= 0 && laterMs <= mostLaterMs)) return false;
  return isSignedDone(publicKey, { run, place: placeOf(signedFor, seq), signature });
}
