import { runProcess } from '@proofmill/runtime';
import { coordinatorCommand } from './command.ts';

await runProcess(coordinatorCommand());
