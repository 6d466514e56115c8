/** What tests of a transport take from it. */
import type { OutcomeDelivery, OutcomeSource, TaskDelivery, TaskSource } from '@proofmill/contract';

export const never = new AbortController().signal;

export async function pull(worker: TaskSource, max: number, signal: AbortSignal = never): Promise<TaskDelivery[]> {
  const answer = await worker.pull(max, signal);
  if (answer === 'done') throw new Error('the transport says that the run is done');
  return answer;
}

/** Pulls until a task arrives. */
export async function nextTask(worker: TaskSource, withinMs = 15_000): Promise<TaskDelivery> {
  const endMs = performance.now() + withinMs;
  while (performance.now() < endMs) {
    const [delivery] = await pull(worker, 1);
    if (delivery) return delivery;
  }
  throw new Error(`no task within ${withinMs} ms`);
}

export async function nextOutcomes(outcomes: OutcomeSource, partition: number): Promise<OutcomeDelivery[]> {
  const endMs = performance.now() + 15_000;
  while (performance.now() < endMs) {
    const deliveries = await outcomes.pull(partition, 10, never);
    if (deliveries.length > 0) return deliveries;
  }
  throw new Error(`no outcomes of partition ${partition}`);
}

export const chunksOf = (deliveries: TaskDelivery[]): number[] => deliveries.map(({ header }) => header.chunk);

export const range = (from: number, to: number): number[] =>
  Array.from({ length: to - from }, (_, index) => from + index);
