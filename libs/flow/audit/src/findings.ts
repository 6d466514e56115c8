/** One thing that is wrong in an output folder: where, and a sentence that says what. */
export interface Finding {
  readonly path: string;
  readonly sentence: string;
}

export interface Findings {
  add(path: string, sentence: string): void;
  readonly list: readonly Finding[];
  /** The number of all findings; `list` holds the first ones. */
  readonly count: number;
}

/** The findings of a folder inside another one. */
export const findingsIn = (found: Findings, folder: string): Findings => ({
  add: (path, sentence) => found.add(`${folder}/${path}`, sentence),
  get list() {
    return found.list;
  },
  get count() {
    return found.count;
  },
});

const mostListed = 200;

export function findings(): Findings {
  const list: Finding[] = [];
  let count = 0;
  return {
    add(path, sentence) {
      count += 1;
      if (list.length < mostListed) list.push({ path, sentence });
    },
    list,
    get count() {
      return count;
    },
  };
}
