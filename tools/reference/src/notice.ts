/** The first line of each generated page. */
export const notice =
  '<!-- Made by tools/reference. Change the source and run `npm run reference`; edits here are lost. -->';
