export { bounds } from './bounds.ts';
export {
  ConfigurationError,
  exitCodeOf,
  exitCodes,
  IntegrityError,
  RetryableError,
  TerminalError,
  UnavailableError,
} from './errors.ts';
export { canonicalJson, digestOf, itemDigest, sha256, sha256Pieces } from './identity.ts';
export type { Job, StageSpec } from './job.ts';
export { corpusSchema, jobSchema, limitsSchema, outputSchema, stageSpecSchema } from './job.ts';
export type { CommittedFile, Manifest, OutputManifest, Totals } from './manifest.ts';
export { manifestSchema, outputManifestSchema, totalsSchema } from './manifest.ts';
export type { StagePaths } from './names.ts';
export {
  itemId,
  outputPaths,
  parseTaskSubject,
  partitionOf,
  runName,
  shardName,
  stagePaths,
  subjects,
} from './names.ts';
export type { DoneOutcome, FailedOutcome, Outcome, OutcomeBody } from './outcome.ts';
export { outcomeBodySchema, outcomeSchema } from './outcome.ts';
export type { ChunkEntry, Input, PackLine, PlanEnd, PlanEntry, PlanStart, Sizes } from './plan-files.ts';
export {
  inputSchema,
  packLineSchema,
  planEndSchema,
  planEntrySchema,
  planStartSchema,
  sizesSchema,
} from './plan-files.ts';
export type {
  Chance,
  ChatAnswer,
  ChatChoice,
  ChatRequest,
  Clock,
  Codec,
  Corpus,
  Dispatch,
  Engine,
  EngineModel,
  Journals,
  JournalWriter,
  OutcomeDelivery,
  OutcomeSink,
  OutcomeSource,
  RawRecord,
  Store,
  TaskDelivery,
  TaskSource,
  Written,
} from './ports.ts';
export type { ParseRule, Profile, Sampling } from './profile.ts';
export { profileSchema, samplingSchema } from './profile.ts';
export type { Failure, Judge, Row } from './rows.ts';
export { failureSchema, rowSchema } from './rows.ts';
export type { StageDefinition, StageFile } from './stage.ts';
export { stageDefinitionSchema, stageFileSchema } from './stage.ts';
export type { Item, Judgment, Label, Message, Order, OrderVotes, Proof, Rationale, Source, Tokens } from './terms.ts';
export { itemSchema, messageSchema } from './terms.ts';
export type { Task, TaskHeader } from './wire.ts';
export { taskHeaderSchema } from './wire.ts';
