import { mutantsOf } from '../mutant.ts';

const batches = { file: 'libs/flow/work/src/outcome-batches.test.ts' };

export const work = mutantsOf('work', [
  {
    name: 'task-of-another-stage',
    breaks: 'A worker answers tasks of a stage that it does not have.',
    file: 'libs/flow/work/src/task-reader.ts',
    from: 'if (header.stageDigest !== stage.stageDigest) {',
    to: "if (header.stageDigest === '') {",
    suite: { file: 'libs/flow/work/src/task-reader.test.ts' },
  },
  {
    name: 'all-items-of-a-task',
    breaks: 'A worker asks about every item of a chunk, also where the task names some.',
    file: 'libs/flow/work/src/task-reader.ts',
    from: 'line.ask && (only === null || only.has(line.index))',
    to: 'line.ask && (only === null || only.size > 0)',
    suite: { file: 'libs/flow/work/src/task-reader.test.ts' },
  },
  {
    name: 'outage-fails-items',
    breaks: 'Failures of an engine that answers nobody count against the items.',
    file: 'libs/flow/work/src/evidence.ts',
    from: 'if (answered <= 0) return 0;',
    to: '',
    suite: { file: 'libs/flow/work/src/evidence.test.ts' },
  },
  {
    name: 'batch-too-large',
    breaks: 'A batch of outcomes grows beyond what a message may carry.',
    file: 'libs/flow/work/src/outcome-batches.ts',
    from: 'if (batch && batch.bytes + frameBytes <= bounds.batchBytes) return batch;',
    to: 'if (batch) return batch;',
    suite: batches,
  },
  {
    name: 'back-pressure-is-an-outage',
    breaks: 'A worker gives up when collectors are slow and the stream is full.',
    file: 'libs/flow/work/src/outcome-batches.ts',
    from: 'if (!isFull && clock.now() - sinceMs',
    to: 'if (clock.now() - sinceMs',
    suite: batches,
  },
  {
    name: 'takes-over-from-itself',
    breaks: 'A worker asks twice about an item that it has itself.',
    file: 'libs/flow/work/src/take-tasks.ts',
    from: 'if (!takeOver) return underWay.begin(delivery, items);',
    to: 'if (items.length > 0) return underWay.begin(delivery, items);',
    suite: { file: 'libs/flow/work/src/take-tasks.test.ts' },
  },
  {
    name: 'large-request-overtaken',
    breaks: 'Small requests overtake a large one for ever.',
    file: 'libs/flow/work/src/slots.ts',
    from: '(this.#queue[position - 1] as Waiter).place > waiter.place',
    to: '(this.#queue[position - 1] as Waiter).count > waiter.count',
    suite: { file: 'libs/flow/work/src/slots.test.ts' },
  },
]);
