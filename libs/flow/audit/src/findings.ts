/** One thing that is wrong in an output folder: where, and a sentence that says what. */
export interface Finding {
  readonly path: string;
  readonly sentence: string;
}

export interface Findings {
  add(path: string, sentence: string): void;
  /** The same for a path that starts at the output folder, also among the findings of a folder inside it. */
  addInOutput(path: string, sentence: string): void;
  readonly list: readonly Finding[];
  /** The number of all findings; `list` holds the first ones. */
  readonly count: number;
}

/** The findings of a folder inside another one. */
export const findingsIn = (found: Findings, folder: string): Findings => ({
  add: (path, sentence) => found.add(`${folder}/${path}`, sentence),
  addInOutput: found.addInOutput,
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
  const said = new Set<string>();
  let count = 0;
  const add = (path: string, sentence: string): void => {
    // A damaged object is read for several reasons, and is one finding.
    const finding = `${path}: ${sentence}`;
    if (said.has(finding)) return;
    count += 1;
    if (list.length >= mostListed) return;
    list.push({ path, sentence });
    said.add(finding);
  };
  return {
    add,
    addInOutput: add,
    list,
    get count() {
      return count;
    },
  };
}
