/**
 * One engine in virtual time. Its answers are a function of prompt and seed (and, if it is `divergent`, of the number of
 * requests so far). It may die, and a poison item kills it.
 */
import {
  type ChatRequest,
  type Engine,
  type EngineAnswer,
  type EngineRequest,
  sha256,
  TerminalError,
  UnavailableError,
} from '@proofmill/contract';
import type { Witness } from './witness.ts';
import type { World } from './world.ts';

export interface SimulatedEngine {
  readonly engine: Engine;
  die(reason: string): void;
}

export function engineOf(options: {
  world: World;
  witness: Witness;
  name: string;
  divergent: boolean;
  chargesForRequests: boolean;
  /** Share of judgments without a verdict. */
  unreadable: number;
  downMs: () => number;
}): SimulatedEngine {
  const { world, witness, name, divergent, unreadable, downMs } = options;
  let up = true;
  let asked = 0;
  const inFlight = new Map<(error: Error) => void, string>();

  const die = (reason: string): void => {
    if (!up) return;
    up = false;
    world.note(`${name} dies: ${reason}, ${inFlight.size} requests in flight`);
    witness.engineDied([...inFlight.values()]);
    for (const fail of inFlight.keys()) fail(new UnavailableError('engine-died', 'the engine died'));
    inFlight.clear();
    world.schedule(downMs(), () => {
      up = true;
    });
  };

  return {
    die,
    engine: {
      chargesForRequests: options.chargesForRequests,
      async models() {
        if (!up) throw new UnavailableError('engine-unreachable', 'the engine is down');
        return [{ id: 'simulated', maxTokens: 4096 }];
      },
      healthy: async () => up,
      holdsBack: () => false,
      version: async () => 'simulated',
      answer: (request, signal) => answerTo(request, signal) as Promise<never>,
    },
  };

  async function answerTo(request: EngineRequest, signal: AbortSignal): Promise<EngineAnswer> {
    if (!up) throw new UnavailableError('engine-unreachable', 'the engine is down');
    if (request.kind !== 'chat') throw new TerminalError('unsupported', `the engine has no ${request.kind}`);
    const content = request.messages[0]?.content ?? '';
    const item = content.split(' | ')[0] ?? '';
    asked += 1;
    const salt = divergent ? `${name} ${asked}` : '';
    for (let answer = 0; answer < request.n; answer += 1)
      witness.asked(item, `${content} seed ${request.seed + answer}`);
    await new Promise<void>((resolve, reject) => {
      const leave = (): void => {
        inFlight.delete(reject);
        reject(signal.reason as Error);
      };
      signal.addEventListener('abort', leave, { once: true });
      inFlight.set(reject, item);
      world.schedule(1 + world.chance() * 60, () => {
        signal.removeEventListener('abort', leave);
        if (!inFlight.delete(reject)) return;
        if (content.includes('POISON')) {
          inFlight.set(reject, item);
          die('of poison');
        } else resolve();
      });
    });
    return {
      kind: 'chat',
      model: request.model,
      choices: Array.from({ length: request.n }, (_, answer) =>
        choiceOf(content, request, answer, { salt, unreadable }),
      ),
      promptTokens: 10,
      completionTokens: 5 * request.n,
    };
  }
}

function choiceOf(
  content: string,
  request: ChatRequest,
  answer: number,
  { salt, unreadable }: { salt: string; unreadable: number },
) {
  const draw = Number.parseInt(sha256(`${content} ${request.seed + answer}${salt}`).slice(0, 6), 16) / 2 ** 24;
  if (content.startsWith('PROVE') && !content.endsWith('compare')) {
    const winner = content.at(-1);
    const loser = winner === 'A' ? 'B' : 'A';
    return {
      content: `Because Response A and Response B. Thus, Response ${draw < 0.8 ? winner : loser} is better.`,
      reasoning: '',
      finishReason: 'stop',
    };
  }
  const verdict =
    draw < unreadable ? 'no idea' : draw < (1 + unreadable) / 2 + 0.05 ? '<answer>A</answer>' : '<answer>B</answer>';
  return { content: `<think>${draw}</think>${verdict}`, reasoning: '', finishReason: 'stop' };
}
