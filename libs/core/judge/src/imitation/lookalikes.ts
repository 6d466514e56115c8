/**
 * Characters that look like the letters and signs of frame marks and control tokens, as hexadecimal code points by what they look like.
 *
 * From confusables.txt of Unicode Technical Standard 39 (https://www.unicode.org/Public/security/): the single characters of the
 * Basic Multilingual Plane that are written from left to right, for upper and lower case alike. Left out is what NFKC already maps to
 * ASCII. Unicode counts I, l, 1 and | as one; here the bars among their lookalikes are |, the capitals i, and the rest l.
 */
const fromUnicode: Readonly<Record<string, string>> = {
  a: '251 391 3b1 410 430 13aa 15c5 237a a4ee',
  b: '184 392 412 42c 13cf 13f4 1472 15af 15f7 a4d0 a7b4',
  c: '421 441 13df 1d04 2ca4 2ca5 a4da abaf',
  d: '501 13a0 13e7 146f 15de 15ea a4d2 a4d3',
  e: '395 415 435 4bd 13ac 212e 22ff 2d39 a4f0 ab32',
  f: '3dc 584 15b4 1e9d a4dd a798 a799 ab35',
  g: '18d 261 50c 581 13c0 13f3 1d83 a4d6',
  h: '397 41d 4bb 570 13bb 13c2 157c 2c8e a4e7',
  i: '131 196 269 26a 399 3b9 406 456 4c0 4cf 13a5 2373 2c92 2d4f a4f2 a647 ab75',
  j: '37f 3f3 408 458 13ab 148d a4d9 a7b2',
  k: '39a 41a 13e6 16d5 2c94 a4d7',
  l: '6f1 13de 14aa 2cd0 a4e1',
  m: '39c 3fa 41c 13b7 15f0 16d6 2c98 a4df',
  n: '39d 578 57c 2c9a a4e0',
  o: '39f 3bf 3c3 41e 43e 555 585 6f5 966 9e6 a66 ae6 b20 b66 be6 c66 ce6 d20 d66 e50 ed0 101d 1040 10ff 12d0 1d0f 1d11 2c9e 2c9f 2d54 3007 a4f3 ab3d',
  p: '3a1 3c1 420 440 13e2 146d 2374 2ca2 2ca3 a4d1',
  q: '51b 563 566 2d55',
  r: '1a6 433 13a1 13d2 1587 1d26 2c85 a4e3 ab47 ab48 ab81',
  s: '1bd 405 455 54f 13d5 13da a4e2 a731 abaa',
  t: '3a4 422 13a2 22a4 27d9 2ca6 a4d4',
  u: '28b 3c5 54d 57d 1200 144c 1d1c 222a 22c3 a4f4 a79f ab4e ab52',
  v: '3bd 474 475 6f7 13d9 142f 1d20 2228 22c1 2d38 a4e6 a6df aba9',
  w: '26f 461 51c 51d 561 13b3 13d4 1d21 a4ea ab83',
  x: 'd7 3a7 425 445 1541 157d 166d 166e 16b7 2573 292b 292c 2a2f 2cac 2d5d a4eb a7b3',
  y: '263 28f 3a5 3b3 423 443 4ae 4af 10e7 13a9 13bd 1d8c 1eff 2ca8 a4ec ab5a',
  z: '396 13c3 1d22 a4dc ab93',
  "'": '2b9 2bb 2bc 2bd 2be 2c8 2ca 2cb 2f4 55a 55d 144a 16cc 2018 2019 201b 2032 2035 a78c',
  '<': '2c2 1438 16b2 2039 276e',
  '>': '2c3 1433 203a 276f',
  '|': '1c0 16c1 2223 23fd',
  '(': '2768 2772 3014 fd3e',
  ')': '2769 2773 3015 fd3f',
  '{': '2774',
  '}': '2775',
  '/': '1735 2041 2044 2215 2571 27cb 29f8 2cc6 3033 30ce 31d3 4e3f',
  '\\': '2216 27cd 29f5 29f9 31d4 4e36',
  '=': '1400 2e40 30a0 a4ff',
  ':': '2d0 2f8 589 16ec 1803 1809 205a 2236 a4fd a789',
  '?': '241 294 97d 13ae a6eb',
};

/** Ours: brackets, bars and quotation marks that Unicode does not list, and the block that DeepSeek's tokens have for a space. */
const ours: Readonly<Record<string, string>> = {
  '[': '2045 27e6 3010 3016 301a',
  ']': '2046 27e7 3011 3017 301b',
  '<': '27e8 3008',
  '>': '27e9 3009',
  '|': '2502 2503 2758 2759',
  '"': '201c 201d 201f 2033',
  _: '2581',
};

/** Code point -> what it looks like. */
export const lookalikes: ReadonlyMap<number, string> = new Map(
  [...Object.entries(fromUnicode), ...Object.entries(ours)].flatMap(([ascii, points]) =>
    points.split(' ').map((point): [number, string] => [Number.parseInt(point, 16), ascii]),
  ),
);
