import { runProcess } from '@proofmill/runtime';
import { operatorCommand } from './command.ts';

await runProcess(operatorCommand());
