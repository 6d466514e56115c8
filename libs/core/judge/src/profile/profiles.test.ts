import { readdirSync, readFileSync } from 'node:fs';
import { type Profile, profileSchema } from '@proofmill/contract';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { rendererOf } from '../asking/render.ts';
import { choiceOfExample, readByProfile } from './profile-examples.ts';
import { profilesFolder } from '../profiles-folder.ts';

const files = readdirSync(profilesFolder).sort();
const profiles = files.map(
  (file): Profile => profileSchema.parse(parse(readFileSync(new URL(file, profilesFolder), 'utf8'))),
);
const byName = profiles.map((profile) => [profile.name, profile] as const);

/** The messages with a text of their own, written in the profile or upstream. */
const textsOf = ({ messages }: Profile) => messages.flatMap((message) => ('turns' in message ? [] : [message]));

it('lists the built-in profiles', () => {
  expect(profiles.map(({ name }) => name).sort()).toEqual([
    'arena-hard',
    'classify',
    'constrained-pairwise',
    'gram',
    'gram-r2',
    'gram-r2-prover',
    'judgebench-vanilla',
    'nemotron-70b-reward',
    'nemotron-genrm',
    'nemotron-genrm-json',
    'pooling',
    'proof-judge',
    'rewardbench',
    'rm-bench-judge',
    'rm-r1',
    'rm-r1-reasoning',
    'rrm',
    'skywork-critic',
    'skywork-reward',
  ]);
  expect(profiles.map(({ name }) => `${name}.yaml`).sort()).toEqual(files);
});

describe.each(byName)('the profile %s', (_name, profile) => {
  const { examples, sampling, votes, frameMarks } = profile;
  const parseRule = profile.parse;

  it.each(examples.map((example) => [example.reads, example.content, example] as const))(
    'reads %s: %j',
    (expected, _content, example) => expect(readByProfile(profile, choiceOfExample(example))).toBe(expected),
  );

  it('has examples for each side and of an unreadable answer', () => {
    // A pooling engine returns a number, not a text.
    if (parseRule.rule === 'scalar' && parseRule.attribute === undefined) {
      expect(examples).toEqual([]);
      return;
    }
    expect(examples.length).toBeGreaterThanOrEqual(4);
    const seen = examples.map((example) => example.reads);
    expect(seen).toContain('invalid');
    if (parseRule.rule !== 'scalar') expect(seen).toEqual(expect.arrayContaining(['first', 'second']));
  });

  it('has either a prompt of our own or the digest of an upstream one', () => {
    for (const { template, upstream, variables } of textsOf(profile)) {
      expect(template === undefined).toBe(upstream !== undefined);
      for (const ours of Object.values(variables)) expect(['question', 'response_a', 'response_b']).toContain(ours);
    }
  });

  it('compiles once upstream prompts are loaded', () => {
    const loaded = profile.messages.map((message) => ('turns' in message ? message : { template: '', ...message }));
    const render = rendererOf({ ...profile, messages: loaded });
    const item = { prompt: [{ role: 'user', content: 'q' }], responses: ['x', 'y'] };
    expect(render({ item, order: [0, 1], winner: 'A', proofs: ['p', 'r'] })).toHaveLength(profile.messages.length);
  });

  it('marks every line that frames responses in our own prompt', () => {
    const lines = textsOf(profile).flatMap(({ template = '' }) => template.split('\n'));
    expect(frameMarks).toEqual(expect.arrayContaining(lines.filter((line) => /^\[.*\]$/.test(line))));
    expect(frameMarks).toEqual(expect.arrayContaining(['<|im_start|>', '<|eot_id|>', '<|endoftext|>']));
    expect(new Set(frameMarks).size).toBe(frameMarks.length);
  });

  it('marks the tags of its answer', () => {
    if (parseRule.rule !== 'tagged') return;
    expect(frameMarks).toEqual(expect.arrayContaining([`<${parseRule.tag}>`, `</${parseRule.tag}>`]));
  });

  it('does not ask a greedy judge for the same vote twice', () => {
    if (sampling.temperature > 0) return;
    expect(votes.max ?? 1).toBeLessThanOrEqual(votes.orders === 'fixed' ? 1 : 2);
  });
});

it('the name of an upstream prompt always means the same text', () => {
  const upstreams = profiles.flatMap((profile) => textsOf(profile).flatMap(({ upstream }) => upstream ?? []));
  const digests = new Map(upstreams.map(({ file, sha256 }) => [file, sha256]));
  for (const { file, sha256 } of upstreams) expect(digests.get(file)).toBe(sha256);
  expect(digests.size).toBe(new Set(digests.values()).size);
});
