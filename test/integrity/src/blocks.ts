/** The messages in a block of a stream, as nats-server 2.9 to 2.15 writes it to a file, neither compressed nor encrypted. */

export interface BlockMessage {
  readonly subject: string;
  readonly payload: Uint8Array;
}

/** Length, number, time, length of the subject. */
const headBytes = 22;
const checksumBytes = 8;
const hasHeaders = 0x8000_0000;

/**
 * Reads a block from its beginning, up to the first record that is none. It gives removed messages too: a server that finds a damaged
 * block may deliver them again. Records of removals and of gaps have no subject, and are left out.
 */
export function messagesIn(block: Buffer): BlockMessage[] {
  const messages: BlockMessage[] = [];
  for (let at = 0; at + headBytes + checksumBytes <= block.length; ) {
    const word = block.readUInt32LE(at);
    const length = word % hasHeaders;
    const subjectEnd = at + headBytes + block.readUInt16LE(at + 20);
    const end = at + length - checksumBytes;
    if (end < subjectEnd || at + length > block.length) break;
    const headers = word >= hasHeaders ? 4 + block.readUInt32LE(subjectEnd) : 0;
    const subject = block.toString('latin1', at + headBytes, subjectEnd);
    if (subject !== '') messages.push({ subject, payload: block.subarray(subjectEnd + headers, end) });
    at += length;
  }
  return messages;
}
