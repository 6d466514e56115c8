/** Workers of another version, of which collectors take nothing, or nothing of one item. */
import type { OutcomeMessage, OutcomeSink } from '@proofmill/contract';
import { type Crc32, encodeFrame, type Frame, frameContent, frameReader } from '@proofmill/merge';
import type { Setting } from './setting.ts';
import type { Witness } from './witness.ts';

/** Tokens that the workers of that version count, and that no collector takes for a number of tokens. */
export const foreignTokens = { prompt: 2 ** 53, completion: 0 };

/** The item of which collectors take nothing, where it is one. */
const oneItem = 'LABEL q1';

export function sinkOfOtherVersion(
  sink: OutcomeSink,
  { otherVersion }: Pick<Setting, 'otherVersion'>,
  witness: Witness,
  crc32: Crc32,
): OutcomeSink {
  if (otherVersion === null) return sink;
  const foreign = (frame: Frame): Uint8Array => {
    const message = frameContent(frame.bytes) as OutcomeMessage;
    const isForeign = otherVersion === 'all items' || witness.itemOf(message.itemDigest) === oneItem;
    if (frame.kind !== 'outcome' || !isForeign) return frame.bytes;
    return encodeFrame(
      { ...message, body: { ...message.body, tokens: foreignTokens } } as OutcomeMessage,
      crc32,
      frame.drive,
    );
  };
  return {
    publish: (partition, batch) => sink.publish(partition, Buffer.concat(frameReader(crc32).feed(batch).map(foreign))),
  };
}
