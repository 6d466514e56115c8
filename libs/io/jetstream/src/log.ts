/** Takes what the adapter handled itself: a lost connection, a message that it dropped. Never holds a credential. */
export type Log = (message: string, details?: Readonly<Record<string, unknown>>) => void;

export const silent: Log = () => {};
