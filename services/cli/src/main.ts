import { runProcess } from '@proofmill/runtime';
import { proofmillCommand } from './program.ts';

await runProcess(await proofmillCommand(process.argv.slice(2)));
