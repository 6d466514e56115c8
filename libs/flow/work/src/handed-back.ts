import { RefusalError, UnavailableError } from '@proofmill/contract';

/**
 * The worker drains: no request is sent any more. An item that is not answered yet is handed back, and the coordinator finds it
 * missing and sends it to another worker. What a request in flight is answered still counts.
 */
export class HandedBackError extends Error {
  constructor() {
    super('The worker was asked to stop before the item was answered.');
  }
}

/** What `item` resolves with, or null where it was handed back; `onGivenUp` takes the error where that is so because the engine was given up. */
export async function unlessHandedBack<Result>(
  item: Promise<Result>,
  onGivenUp: (error: Error) => void,
): Promise<Result | null> {
  try {
    return await item;
  } catch (error) {
    if (error instanceof HandedBackError) return null;
    if (!isGivenUp(error)) throw error;
    onGivenUp(error);
    return null;
  }
}

/** No other item of this worker will be answered either. */
const isGivenUp = (error: unknown): error is Error =>
  error instanceof RefusalError || (error instanceof UnavailableError && error.code === 'engine-gone');
