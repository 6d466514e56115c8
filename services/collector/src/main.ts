import { runProcess } from '@proofmill/runtime';
import { collectorCommand } from './command.ts';

await runProcess(collectorCommand());
