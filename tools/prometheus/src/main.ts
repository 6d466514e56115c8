/** `npm run fetch:prometheus`: builds the Prometheus that tests use into the cache folder, unless it is found. */
import { buildPrometheus } from './programs.ts';

const { prometheus, promtool } = await buildPrometheus((line) => console.log(line));
console.log(`prometheus: ${prometheus}\npromtool: ${promtool}`);
