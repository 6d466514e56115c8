/**
 * The worker drains: no request is sent any more. An item that is not answered yet is handed back, and the coordinator finds it
 * missing and sends it to another worker. What a request in flight is answered still counts.
 */
export class HandedBackError extends Error {
  constructor() {
    super('The worker was asked to stop before the item was answered.');
  }
}

/** What `item` resolves with, or null where it was handed back. */
export async function unlessHandedBack<Result>(item: Promise<Result>): Promise<Result | null> {
  try {
    return await item;
  } catch (error) {
    if (error instanceof HandedBackError) return null;
    throw error;
  }
}
