import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSimulator, type Simulator, type Where } from '@proofmill/simulator';
import { vllmEngine } from '@proofmill/vllm';
import { type EngineUnderTest, engineSuite } from './engine-suite.ts';
import { scoringEngineSuite } from './scoring-engine-suite.ts';

const settings = { maxModelTokens: 512, slots: 8, faults: true };
const longWork = { messages: [{ role: 'user', content: 'SIMULATE:hang' }], maxTokens: 100 };

const subjectOf = (simulator: Simulator, engine: ReturnType<typeof vllmEngine>): EngineUnderTest => ({
  engine,
  model: simulator.model,
  maxTokens: settings.maxModelTokens,
  longWork,
  load: async () => simulator.load().running + simulator.load().waiting,
  async close() {
    engine.close();
    await simulator.close();
  },
});

async function listening(where: Where): Promise<EngineUnderTest> {
  const simulator = createSimulator(settings);
  const { url } = await simulator.listen(where);
  return subjectOf(simulator, vllmEngine({ baseUrl: url }));
}

engineSuite('simulator over TCP', () => listening({ host: '127.0.0.1', port: 0 }));

engineSuite('simulator over a unix socket', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'proofmill-engine-'));
  const subject = await listening({ socketPath: join(folder, 'a socket.sock') });
  return {
    ...subject,
    async close() {
      await subject.close();
      await rm(folder, { recursive: true });
    },
  };
});

engineSuite('simulator in this process', async () => {
  const simulator = createSimulator(settings);
  return subjectOf(simulator, vllmEngine({ baseUrl: 'http://simulator/v1', fetch: simulator.fetch }));
});

const scoring = { maxModelTokens: 512, runner: 'pooling' } as const;

scoringEngineSuite('simulator over TCP', async () => {
  const simulator = createSimulator(scoring);
  const { url } = await simulator.listen({ host: '127.0.0.1', port: 0 });
  return subjectOf(simulator, vllmEngine({ baseUrl: url }));
});

scoringEngineSuite('simulator in this process, behind a gateway', async () => {
  const simulator = createSimulator(scoring);
  const fetch: typeof globalThis.fetch = (input, init) => simulator.fetch(String(input).replace('/gateway', ''), init);
  return subjectOf(simulator, vllmEngine({ baseUrl: 'http://simulator/gateway/v1', fetch }));
});
