import { mutantsOf } from '../mutant.ts';

const imitations = { file: 'libs/core/judge/src/imitation/imitations.test.ts' };

export const imitation = mutantsOf('imitation', [
  {
    name: 'prompt-not-looked-at',
    breaks: 'A frame that the prompt of a record imitates is not found.',
    file: 'libs/core/judge/src/imitation/imitations.ts',
    from: "for (const { role, content } of prompt) for (const text of [role, content]) look(text, 'the prompt');",
    to: '',
    suite: imitations,
  },
  {
    name: 'spelled-otherwise',
    breaks: 'A frame in another case or width is not found.',
    file: 'libs/core/judge/src/imitation/imitations.ts',
    from: 'const folded = fold(mark);',
    to: 'const folded = mark;',
    suite: imitations,
  },
  {
    name: 'second-judge-frame',
    breaks: 'A record that imitates the frame of the second judge is kept.',
    file: 'libs/core/judge/src/needs/judge-of-stage.ts',
    from: 'return second ? [definition.profile, second] : [definition.profile];',
    to: 'return second ? [definition.profile] : [definition.profile];',
    suite: { file: 'libs/flow/collect/src/shard-contents.test.ts' },
  },
  {
    name: 'flagged-is-kept',
    breaks: 'A record that imitates the frame is flagged, and kept.',
    file: 'libs/core/merge/src/keep.ts',
    from: 'if (unsafe) return unsafe;',
    to: '',
    suite: { file: 'libs/core/merge/src/join-label.test.ts' },
  },
]);
