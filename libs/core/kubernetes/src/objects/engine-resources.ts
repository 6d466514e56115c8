/** What the container of an engine requests and may use. */
import { amountOf, type Fleet, type KubernetesSettings } from '@proofmill/contract';
import { type Fields, given } from './fields.ts';

/** The job's own amounts; the installation's where the job gives none. */
export function engineResources(
  { gpusPerWorker, gpuResource, resources }: Pick<Fleet, 'gpusPerWorker' | 'gpuResource' | 'resources'>,
  { engine: { gpuResource: usual, resources: standard } }: KubernetesSettings,
): Fields {
  const { memory } = resources;
  const ofMemory = memory === undefined ? {} : { memory };
  const requests = { ...standard.requests, ...given('cpu', resources.cpu), ...ofMemory };
  const cpu = resources.cpuLimit ?? largest(standard.limits.cpu, resources.cpu);
  const gpus = given(gpuResource ?? usual, gpusPerWorker > 0 ? String(gpusPerWorker) : undefined);
  const limits = { ...standard.limits, ...given('cpu', cpu), ...ofMemory, ...gpus };
  return { ...given('requests', requests), ...given('limits', limits) };
}

/** An installation without a limit sets none. */
const largest = (limit: string | undefined, request: string | undefined): string | undefined =>
  limit !== undefined && request !== undefined && amountOf(request) > amountOf(limit) ? request : limit;
