import { mutantsOf } from '../mutant.ts';

const drawing = { file: 'libs/core/plan/src/draw.test.ts' };
const forecasting = { file: 'libs/core/stats/src/forecast/forecast.test.ts' };
const totals = { file: 'libs/core/stats/src/forecast/expected-total.test.ts' };

export const forecast = mutantsOf('forecast', [
  {
    name: 'first-items-are-drawn',
    breaks: 'A probe asks about the first items of the corpus.',
    file: 'libs/core/plan/src/random-sample.ts',
    from: 'const digest = sha256(',
    to: 'const digest = name.padStart(9) || sha256(',
    suite: drawing,
  },
  {
    name: 'held-items-are-drawn',
    breaks: 'A probe asks about records whose labels the output holds already.',
    file: 'libs/flow/coordinate/src/survey.ts',
    from: 'draw && counts.records > draw.skip',
    to: 'draw',
    suite: { file: 'libs/flow/coordinate/src/survey.test.ts' },
  },
  {
    name: 'lengths-are-not-used',
    breaks: 'A forecast takes the drawn items for as long as all.',
    file: 'libs/core/stats/src/forecast/expected-total.ts',
    from: 'const fewestForLine = 8;',
    to: 'const fewestForLine = 8000;',
    suite: totals,
  },
  {
    name: 'lone-length-makes-a-line',
    breaks: 'A single item of another length gives no number.',
    file: 'libs/core/stats/src/forecast/expected-total.ts',
    from: 'const mostLeverage = 0.999;',
    to: 'const mostLeverage = 2;',
    suite: totals,
  },
  {
    name: 'probe-was-full',
    breaks: 'The slow end takes the engine of a probe for a full one.',
    file: 'libs/core/stats/src/forecast/forecast.ts',
    from: 'slow: (high ?? value) / inFlight',
    to: 'slow: (high ?? value) / slots',
    suite: forecasting,
  },
  {
    name: 'shared-rate-counts-once',
    breaks: 'A rate that both judges share is taken for one of each.',
    file: 'libs/core/stats/src/forecast/forecast.ts',
    from: "if (first === 'own')",
    to: "if (first === 'own') return null; if (first === null)",
    suite: forecasting,
  },
  {
    name: 'items-with-one-index',
    breaks: 'Drawn items of several shards that have one index count as one.',
    file: 'libs/flow/work/src/work-on.ts',
    from: '{ ...line, index: at }',
    to: 'line',
    suite: { file: 'libs/flow/work/src/work-on.test.ts' },
  },
  {
    name: 'answers-in-flight-are-requests',
    breaks: 'A request for several answers is timed as one.',
    file: 'libs/flow/work/src/request-times.ts',
    from: 'change(answers);',
    to: 'change(1);',
    suite: { file: 'libs/flow/work/src/request-times.test.ts' },
  },
  {
    name: 'cut-answers-are-read',
    breaks: 'A probe counts answers that cannot be read among those that can.',
    file: 'libs/core/judge/src/asking/reply-counts.ts',
    from: "=== 'invalid'",
    to: "=== 'unread'",
    suite: { file: 'libs/core/judge/src/asking/reply-counts.test.ts' },
  },
]);
