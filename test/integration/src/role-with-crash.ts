/**
 * A role as its service starts it, but for its ports: it kills itself at a named event.
 *
 *   node role-with-crash.ts EVENT coordinator|worker|collector FLAGS..
 */
import { collectorCommand } from '@proofmill/collector';
import { coordinatorCommand } from '@proofmill/coordinator';
import { runProcess } from '@proofmill/runtime';
import { workerCommand } from '@proofmill/worker';
import { crashAt } from './crash-point.ts';

const [event = '', role, ...flags] = process.argv.slice(2);
const decorate = crashAt(event);
const commands = [coordinatorCommand(decorate), workerCommand(decorate), collectorCommand(decorate)];
const command = commands.find((candidate) => candidate.name() === role);
if (!command) throw new RangeError(`${role} is no role with ports`);
await runProcess(command, flags);
