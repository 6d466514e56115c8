/** A file of records, as bytes. */
export interface RecordFile {
  /** As the job names it: for messages, and for what its ending says. */
  readonly uri: string;
  readonly bytes: number;
  /** All bytes in order. May be called several times. */
  stream(): AsyncIterable<Uint8Array>;
  /** The `length` bytes at `offset`; fewer where the file ends earlier. */
  read(offset: number, length: number): Promise<Uint8Array>;
}
