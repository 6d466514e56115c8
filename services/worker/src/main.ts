import { runProcess } from '@proofmill/runtime';
import { workerCommand } from './command.ts';

await runProcess(workerCommand());
