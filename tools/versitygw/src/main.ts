/** `npm run fetch:versitygw`: the S3 server that tests use, built with Go into the cache folder where there is none. */
import { bringVersitygw } from './program.ts';

const path = await bringVersitygw((line) => console.log(line));
console.log(`versitygw: ${path}`);
