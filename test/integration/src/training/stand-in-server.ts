/** Stands in for a server of weights that the stand-in trainer has made: `node stand-in-server.ts WEIGHTS PORT NAME GOLD..`. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createSimulator } from '@proofmill/simulator';

const [weights = '', port = '0', model = '', ...goldFiles] = process.argv.slice(2);
const file = join(weights, 'weights.json');
const { accuracy } = existsSync(file)
  ? (JSON.parse(readFileSync(file, 'utf8')) as { accuracy: number })
  : { accuracy: 0.6 };
const simulator = createSimulator({ model, goldFiles, accuracy: { mean: accuracy, spread: 0 }, positionBias: 0 });
await simulator.listen({ host: '127.0.0.1', port: Number(port) });
