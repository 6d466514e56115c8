/**
 * What is skipped ahead of a value: white space, which to a pattern includes the byte order marks where files were joined, and the record
 * separators of RFC 7464. A line that has nothing else is blank.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: it is one of the characters to skip
export const blankStart = /^[\u001e\s]+/;
