/** The roles of a run, and the operator: each command is the process that its service starts by itself. */
import { collectorCommand } from '@proofmill/collector';
import { coordinatorCommand } from '@proofmill/coordinator';
import { operatorCommand } from '@proofmill/operator';
import type { Command } from '@proofmill/runtime';
import { workerCommand } from '@proofmill/worker';

export function addRoles(program: Command): void {
  addCommand(program, coordinatorCommand());
  addCommand(program, workerCommand());
  addCommand(program, collectorCommand());
}

export const addOperator = (program: Command): void => addCommand(program, operatorCommand());

/** Unlike `command()`, `addCommand()` does not pass on the settings of the program. */
const addCommand = (program: Command, command: Command): void => {
  program.addCommand(command.copyInheritedSettings(program));
};
