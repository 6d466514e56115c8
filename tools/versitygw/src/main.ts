/** `npm run fetch:versitygw`: builds the S3 server that tests use into the cache folder, unless it is found. */
import { buildVersitygw } from './program.ts';

const path = await buildVersitygw((line) => console.log(line));
console.log(`versitygw: ${path}`);
