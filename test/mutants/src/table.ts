import type { Mutant } from './mutant.ts';
import { benchmarks } from './table/benchmarks.ts';
import { calibration } from './table/calibration.ts';
import { cluster } from './table/cluster.ts';
import { commit } from './table/commit.ts';
import { corpus } from './table/corpus.ts';
import { drive } from './table/drive.ts';
import { forecast } from './table/forecast.ts';
import { formats } from './table/formats.ts';
import { imitation } from './table/imitation.ts';
import { ingest } from './table/ingest.ts';
import { journals } from './table/journals.ts';
import { judge } from './table/judge.ts';
import { ledger } from './table/ledger.ts';
import { pace } from './table/pace.ts';
import { permissions } from './table/permissions.ts';
import { plan } from './table/plan.ts';
import { plantedPairs } from './table/planted-pairs.ts';
import { promotion } from './table/promotion.ts';
import { queues } from './table/queues.ts';
import { scoringJobs } from './table/scoring-jobs.ts';
import { seals } from './table/seals.ts';
import { stores } from './table/stores.ts';
import { trainingLoops } from './table/training-loops.ts';
import { trainingSets } from './table/training-sets.ts';
import { transport } from './table/transport.ts';
import { verify } from './table/verify.ts';
import { work } from './table/work.ts';

/** All planted bugs, in the order in which a record meets what they break. */
export const allMutants: readonly Mutant[] = [
  ...corpus,
  ...formats,
  ...plan,
  ...drive,
  ...transport,
  ...work,
  ...queues,
  ...pace,
  ...judge,
  ...imitation,
  ...ingest,
  ...journals,
  ...ledger,
  ...commit,
  ...promotion,
  ...stores,
  ...seals,
  ...verify,
  ...benchmarks,
  ...calibration,
  ...permissions,
  ...scoringJobs,
  ...cluster,
  ...forecast,
  ...plantedPairs,
  ...trainingSets,
  ...trainingLoops,
];
