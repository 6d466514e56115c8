import { ConfigurationError, type Profile } from '@proofmill/contract';
import type { TrainerForm } from './trainer.ts';

/** @throws {ConfigurationError} where the trainer takes one text as a prompt, and the profile asks with other messages than one of the user */
export function refuseMessages({ name, messages }: Profile, { takesOneMessage }: TrainerForm): void {
  const [only, ...more] = messages;
  if (!takesOneMessage || (more.length === 0 && only && !('turns' in only) && only.role === 'user')) return;
  throw new ConfigurationError(
    `profile ${name} asks with other messages than one of the user, and the trainer takes one text. Name another profile, or another trainer`,
  );
}
