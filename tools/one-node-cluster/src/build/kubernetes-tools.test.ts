import { runCommand, ToolError } from '@proofmill/process';
import { expect, test } from 'vitest';
import { tools } from '../pins.ts';
import { type KubernetesTools, kubernetesTools } from './kubernetes-tools.ts';

const found: KubernetesTools | ToolError = await kubernetesTools().catch((error: unknown) => {
  if (error instanceof ToolError) return error;
  throw error;
});
const skipReason = found instanceof ToolError ? `: skipped. ${found.message}` : '';

test.skipIf(skipReason)(`kubectl and helm are unpacked, run, and have the pinned versions${skipReason}`, async () => {
  if (found instanceof ToolError) throw found;
  expect(await runCommand(found.kubectl, ['version', '--client'])).toContain(`v${tools.kubectlVersion}`);
  expect(await runCommand(found.helm, ['version', '--short'])).toContain(`v${tools.helmVersion}`);
});
