/** The promise of this package, on records made by chance: every text of a conversation reaches the judge, or the record is refused. */
import { transcriptOf } from '@proofmill/contract';
import { chanceOf } from '@proofmill/test-kit';
import { expect, it } from 'vitest';
import { recogniseRecord } from './index.ts';

const columns =
  'system system_prompt history tools prompt question instruction input context conversations conversation messages chosen rejected responses response_A response_B response_a response_b response_1 response_2 response1 response2 conversation_a conversation_b conv_A conv_B answers completions generations documents output_1 output_2 preferred_output non_preferred_output'.split(
    ' ',
  );

const rounds = 5_000;

interface Maker {
  readonly chance: () => number;
  /** A text that occurs nowhere else. */
  readonly word: () => string;
}

const pick = <T>(chance: () => number, list: readonly T[]): T => list[Math.floor(chance() * list.length)] as T;

function message({ chance, word }: Maker, role: string): object {
  const kind = chance();
  const content =
    kind < 0.6
      ? word()
      : kind < 0.8
        ? [
            { type: 'text', text: word() },
            { type: 'text', text: word() },
          ]
        : chance() < 0.5
          ? null
          : '';
  const calls = role === 'assistant' && (chance() < 0.2 || content === null);
  return {
    ...(chance() < 0.85 ? { role, content } : { from: role === 'user' ? 'human' : 'gpt', value: word() }),
    ...(calls ? { tool_calls: [{ function: { name: word(), arguments: { a: word() } } }] } : {}),
    ...(chance() < 0.1 ? { reasoning_content: word() } : {}),
    ...(chance() < 0.05 ? { images: [word()] } : {}),
  };
}

function conversation(maker: Maker, start: readonly object[]): object[] {
  const turns = [...start];
  const length = Math.floor(maker.chance() * 4);
  for (let turn = 0; turn < length; turn += 1)
    turns.push(message(maker, pick(maker.chance, ['user', 'assistant', 'tool', 'system'])));
  return [...turns, message(maker, 'assistant')];
}

function value(maker: Maker, shared: readonly object[]): unknown {
  const { chance, word } = maker;
  const kind = chance();
  if (kind < 0.35) return word();
  if (kind < 0.6) return conversation(maker, chance() < 0.7 ? shared : []);
  if (kind < 0.65) return JSON.stringify(conversation(maker, shared));
  if (kind < 0.7) return [[word(), word()]];
  if (kind < 0.75) return `\n\nHuman: ${word()}\n\nAssistant: ${word()}\n\nHuman: ${word()}\n\nAssistant: ${word()}`;
  if (kind < 0.8) return [word(), word()];
  if (kind < 0.85) return JSON.stringify([word(), word()]);
  if (kind < 0.9)
    return [
      { response: word(), rating: 1 },
      { text: word(), rating: 2 },
    ];
  return pick(chance, [null, '', [], message(maker, 'assistant')]);
}

/** A record with a prompt and responses, most of the time, and with columns that may be anything. */
function record(maker: Maker): Record<string, unknown> {
  const { chance } = maker;
  const shared = conversation(maker, []).map((turn, index) => ({
    ...turn,
    role: index % 2 === 0 ? 'user' : 'assistant',
  }));
  const forms = [
    ['chosen', 'rejected'],
    ['response_A', 'response_B'],
    ['response_1', 'response_2'],
    ['responses'],
    ['conv_A', 'conv_B'],
  ];
  const names = [pick(chance, ['prompt', 'question', 'instruction', 'context']), ...pick(chance, forms)];
  while (chance() < 0.3) names.push(pick(chance, columns));
  return Object.fromEntries(names.map((name) => [name, value(maker, shared)]));
}

it('shows every text of a record, or refuses it', () => {
  const seed = Number(process.env.PROOFMILL_SEED ?? Math.floor(Math.random() * 2 ** 31));
  const chance = chanceOf(seed);
  let items = 0;
  for (let round = 0; round < rounds; round += 1) {
    let words = 0;
    const word = (): string => {
      words += 1;
      return `<${round}-${words}>`;
    };
    const made = record({ chance, word });
    const recognised = recogniseRecord(made, {}, { source: { file: 'f', line: 1 } });
    if ('problem' in recognised) continue;
    items += 1;
    const { item, reading } = recognised;
    const seen = [transcriptOf(item.prompt), ...item.responses].join('\n');
    const leftOut = new Set(reading.describe().leftOut.map(({ column }) => column));
    const texts = JSON.stringify(Object.entries(made).filter(([name]) => !leftOut.has(name))).match(/<\d+-\d+>/g) ?? [];
    const lost = texts.filter((text) => !seen.includes(text));
    expect(lost, `PROOFMILL_SEED=${seed}, round ${round}: ${reading.shape} of ${JSON.stringify(made)}`).toEqual([]);
  }
  expect(items, `PROOFMILL_SEED=${seed}: the generator never makes an item`).toBeGreaterThan(rounds / 20);
});
