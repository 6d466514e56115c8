import { runProcess } from '@proofmill/runtime';
import { proofmillCommand } from './program.ts';

await runProcess(proofmillCommand());
