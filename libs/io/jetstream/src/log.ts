/** Where the adapter tells what it handled itself: a lost connection, a message it threw away. Never holds a credential. */
export type Log = (message: string, details?: Readonly<Record<string, unknown>>) => void;

export const silent: Log = () => {};
