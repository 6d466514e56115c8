import type { Input } from '@proofmill/contract';

const mostNamed = 5;

/** How the files of a corpus differ from what they were, one sentence a file; empty where they do not. */
export function inputChanges(before: readonly Input[], now: readonly Input[]): string[] {
  const was = new Map(before.map((input) => [input.uri, input]));
  const is = new Map(now.map((input) => [input.uri, input]));
  const changes = [
    ...before.filter(({ uri }) => !is.has(uri)).map(({ uri }) => `${uri} is gone`),
    ...now.filter(({ uri }) => !was.has(uri)).map(({ uri }) => `${uri} is new`),
    ...now.flatMap((input) => changeOf(was.get(input.uri) ?? input, input) ?? []),
  ];
  if (changes.length === 0 && before.some(({ uri }, index) => uri !== now[index]?.uri)) {
    return ['the files are in another order'];
  }
  const more = changes.length - mostNamed;
  return more > 0 ? [...changes.slice(0, mostNamed), `.. and ${more} more`] : changes;
}

function changeOf(before: Input, now: Input): string | null {
  if (before.bytes !== now.bytes) return `${now.uri} had ${before.bytes} bytes and has ${now.bytes}`;
  return before.etag === now.etag ? null : `${now.uri} was written again, with the same size`;
}
