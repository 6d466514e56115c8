/** A process that holds the place of its argument, and says so, until it is killed. */
import { holdPlace } from './hold-place.ts';

const held = await holdPlace(process.argv[2] ?? '');
process.stdout.write(`${JSON.stringify(held)}\n`);
setInterval(() => undefined, 60_000);
