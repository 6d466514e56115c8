/**
 * Texts of a record that imitate the frame of a prompt, or the control tokens of a family of models. Such text is never edited. The
 * row is flagged and not kept, because the judge may have read something other than the record.
 */
import type { Imitated, Imitation, Item, Profile, TextPlace } from '@proofmill/contract';
import { controlTokens } from './control-tokens.ts';
import { expressionFor, fold, visitFolded } from './folded.ts';

/** A mark or token, by how it is compared. */
interface Mark {
  readonly of: Imitated;
  readonly mark: string;
}

/** The marks that are the same once folded: `<|User|>` and DeepSeek's `<｜User｜>`. */
interface Needle {
  readonly folded: string;
  readonly marks: readonly [Mark, ...Mark[]];
}

/** The needles that have the same units up to here. */
interface Node {
  readonly next: Map<number, Node>;
  needle: Needle | null;
}

export type ImitationFinder = (item: Pick<Item, 'prompt' | 'responses'>) => Imitation[];

/** Looks for the frames of these profiles, and for all control tokens, in time linear in the texts. */
export function imitationFinder(profiles: readonly Profile[]): ImitationFinder {
  const marksIn = searchFor(needlesOf(profiles));
  return ({ prompt, responses }) => {
    const found = new Map<string, Imitation>();
    const look = (text: string, where: TextPlace): void => {
      for (const { of, mark } of marksIn(text)) found.set(`${where} ${of} ${mark}`, { of, where, mark });
    };
    // A judge is shown the role as well where it is none of the usual ones.
    for (const { role, content } of prompt) for (const text of [role, content]) look(text, 'the prompt');
    for (const [index, response] of responses.entries()) look(response, `response ${index}`);
    return [...found.values()];
  };
}

function searchFor(needles: readonly Needle[]): (text: string) => Mark[] {
  const root: Node = { next: new Map(), needle: null };
  for (const needle of needles) add(root, needle);
  // Few places of a text can begin a mark, and an expression finds them faster than any loop of ours.
  const beginnings = expressionFor(new Set(root.next.keys()));
  return (text) => {
    const found = new Set<Needle>();
    beginnings.lastIndex = 0;
    while (beginnings.test(text)) findAt(text, beginnings.lastIndex - 1, root, found);
    return [...found].map(({ marks }) => marks.find(({ mark }) => text.includes(mark)) ?? marks[0]);
  };
}

function add(root: Node, needle: Needle): void {
  let node = root;
  for (let at = 0; at < needle.folded.length; at += 1) {
    const unit = needle.folded.charCodeAt(at);
    const next = node.next.get(unit) ?? { next: new Map(), needle: null };
    node.next.set(unit, next);
    node = next;
  }
  node.needle = needle;
}

function findAt(text: string, start: number, root: Node, found: Set<Needle>): void {
  let node: Node | undefined = root;
  visitFolded(text, start, (unit) => {
    node = node?.next.get(unit);
    if (node?.needle) found.add(node.needle);
    return node !== undefined;
  });
}

/** A mark of a profile that is a control token is reported as what it is: the token of a family. */
function needlesOf(profiles: readonly Profile[]): Needle[] {
  const byFold = new Map<string, [Mark, ...Mark[]]>();
  const add = (of: Imitated, mark: string): void => {
    const folded = fold(mark);
    const known = byFold.get(folded);
    if (known) known.push({ of, mark });
    else if (folded !== '') byFold.set(folded, [{ of, mark }]);
  };
  for (const { of, tokens } of controlTokens) for (const token of tokens) add(of, token);
  for (const mark of profiles.flatMap(({ frameMarks }) => frameMarks)) add('the frame', mark);
  return [...byFold].map(([folded, marks]) => ({ folded, marks }));
}
