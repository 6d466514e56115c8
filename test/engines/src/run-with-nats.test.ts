import { test } from 'vitest';

// The place for a whole job through NATS with real vLLM: startEngine() of vllm-server.ts waits for its turn.
test.todo('a run goes on after its engine was killed in the middle, and no item is lost or written twice');
