import { crc32 } from 'node:zlib';
import type { DecodedArray, PageHeader } from 'hyparquet';
import { parquetHeader, readPage } from 'hyparquet/src/column.js';
import { convert } from 'hyparquet/src/convert.js';
import { isFlatColumn } from 'hyparquet/src/schema.js';

/** What hyparquet has to know of a physical column. */
export type ColumnDecoder = Parameters<typeof readPage>[2];

/** Reads bytes of the file; its errors are those of the file's place, and no damage. */
export type ReadBytes = (offset: number, length: number) => Promise<Uint8Array>;

/** A page that cannot be read. */
export class PageDamage extends Error {}

/** Bytes are fetched in parts of this size at least. */
const fetchBytes = 2 * 1024 * 1024;
const firstHeaderBytes = 8 * 1024;
const mostHeaderBytes = 16 * 1024 * 1024;

/**
 * The rows of one physical column within a row group, page by page: a row group may be as large as the file, and a page is about 1 MB.
 * Held are the dictionary, the rows of one page that were not taken yet, and the bytes that were fetched.
 */
export class ColumnPages {
  readonly #read: ReadBytes;
  readonly #end: number;
  readonly #decoder: ColumnDecoder;
  readonly #isFlat: boolean;
  #bytes: Uint8Array = new Uint8Array();
  /** Where the bytes that are held begin in the file. */
  #position: number;
  #dictionary: DecodedArray | undefined;
  #rows: unknown[] = [];
  #taken = 0;
  /** The last row of a page may continue on the next one. */
  #isLastOpen = false;

  constructor(read: ReadBytes, range: { readonly start: number; readonly end: number }, decoder: ColumnDecoder) {
    this.#read = read;
    this.#position = range.start;
    this.#end = range.end;
    this.#decoder = decoder;
    this.#isFlat = isFlatColumn(decoder.schemaPath);
  }

  /** How many whole rows can be taken; 0 at the end of the row group. Reads pages until there is one. */
  async available(): Promise<number> {
    while (this.#whole() < 1 && this.#position < this.#end) await this.#nextPage();
    return this.#whole();
  }

  /** Takes rows that are available. */
  take(count: number): unknown[] {
    const rows = this.#rows.slice(this.#taken, this.#taken + count);
    this.#taken += count;
    return rows;
  }

  #whole(): number {
    const isOpen = this.#isLastOpen && this.#position < this.#end;
    return this.#rows.length - this.#taken - (isOpen ? 1 : 0);
  }

  async #nextPage(): Promise<void> {
    const { header, headerBytes } = await this.#header();
    const pageBytes = headerBytes + header.compressed_page_size;
    await this.#hold(pageBytes);
    const page = this.#bytes.subarray(headerBytes, pageBytes);
    const before = this.#rows.slice(this.#taken);
    try {
      if (page.length < header.compressed_page_size) throw new PageDamage('it is cut short');
      if (header.crc !== undefined && header.crc >>> 0 !== crc32(page)) throw new PageDamage('its checksum differs');
      this.#decode(header, page, before);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new PageDamage(`a page at byte ${this.#position} (${this.#decoder.pathInSchema.join('.')}): ${reason}`, {
        cause: error,
      });
    }
    this.#bytes = this.#bytes.subarray(pageBytes);
    this.#position += pageBytes;
  }

  #decode(header: PageHeader, page: Uint8Array, before: unknown[]): void {
    const reader = { view: new DataView(page.buffer, page.byteOffset, page.byteLength), offset: 0 };
    // A nested row that began on the last page is continued in its place.
    const previous = this.#isFlat ? undefined : (before as DecodedArray);
    const { data } = readPage(reader, header, this.#decoder, this.#dictionary, previous, 0);
    if (header.type === 'DICTIONARY_PAGE') {
      if (data) this.#dictionary = convert(data, this.#decoder);
      return;
    }
    const rows = Array.from((data ?? []) as ArrayLike<unknown>);
    const isContinued = data !== undefined && data === previous;
    this.#rows = isContinued ? rows : [...before, ...rows];
    this.#taken = 0;
    this.#isLastOpen = !this.#isFlat;
  }

  /** The header of the page that comes next. Its length is known only once it was read. */
  async #header(): Promise<{ header: PageHeader; headerBytes: number }> {
    for (let length = firstHeaderBytes; ; length *= 4) {
      await this.#hold(length);
      const reader = {
        view: new DataView(this.#bytes.buffer, this.#bytes.byteOffset, this.#bytes.byteLength),
        offset: 0,
      };
      try {
        const header = parquetHeader(reader);
        if (!(header.compressed_page_size >= 0)) throw new PageDamage('its header says no size');
        return { header, headerBytes: reader.offset };
      } catch (error) {
        const isAll =
          length >= mostHeaderBytes || this.#bytes.length >= this.#end - this.#position || this.#bytes.length < length;
        if (isAll)
          throw new PageDamage(`the header of a page at byte ${this.#position} cannot be read`, { cause: error });
      }
    }
  }

  /** Fetches until `length` bytes are held, or all that the column has. */
  async #hold(length: number): Promise<void> {
    const left = this.#end - this.#position;
    const missing = Math.min(length, left) - this.#bytes.length;
    if (missing <= 0) return;
    const wanted = Math.min(Math.max(missing, fetchBytes), left - this.#bytes.length);
    const more = await this.#read(this.#position + this.#bytes.length, wanted);
    this.#bytes = this.#bytes.length === 0 ? more : Buffer.concat([this.#bytes, more]);
  }
}
