/**
 * The stored message that says that a run is over. Whoever may ask the server for anything can have one stored: the server sends its
 * answer to the subject that the asker names, whatever the asker may publish. So only the signature counts. It holds for the place
 * of the message: its number in the stream, and the time at which the workers' consumer was created, since numbers start again
 * after a loss. Only coordinators may create that consumer.
 */
import type { MsgHdrs } from '@nats-io/transport-node';
import { type DoneMessage, subjects } from '@proofmill/contract';
import { apiOf } from './api.ts';
import type { Connection } from './connection.ts';

/** The header that holds the signature. */
export const doneHeaderName = 'Pm-Done';

/** Where message `sequence` lies. `created`: the time at which the workers' consumer was created, as the server says it. */
export const placeOfMessage = (created: string, sequence: number): string => `${created} ${sequence}`;

/** When the consumer was created. Rejects where it, or its stream, is gone. */
export async function consumerCreated(connection: Connection, run: string): Promise<string> {
  const { manager } = await apiOf(connection);
  return (await manager.consumers.info(subjects.tasksStream(run), subjects.workers)).created;
}

/** A message that the server has found at `sequence`, as what its signature has to hold for. */
export const doneMessage = (
  run: string,
  created: string,
  { seq, header }: { readonly seq: number; readonly header: MsgHdrs },
): DoneMessage => ({ run, place: placeOfMessage(created, seq), signature: header.get(doneHeaderName) });
