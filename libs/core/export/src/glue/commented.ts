/** Lines of a comment in YAML and in a shell. */
export const commented = (text: string): string =>
  text
    .split('\n')
    .map((line) => `# ${line}`)
    .join('\n');
