export type { BenchmarkName, Quirk } from './benchmarks.ts';
export { benchmarkColumns, benchmarkNames, benchmarks, betterFirst, carriedValue, quirks } from './benchmarks.ts';
export { bounds } from './bounds.ts';
export type {
  CalibratedJudge,
  Calibration,
  CalibrationMap,
  CalibrationMethod,
  FrozenCalibration,
  SealedCalibration,
} from './calibration.ts';
export {
  calibratedJudgeOf,
  calibrationMethods,
  calibrationSchema,
  frozenCalibration,
  logOdds,
  probabilityBy,
  probabilityOf,
} from './calibration.ts';
export type { MissingProbability } from './missing-probability.ts';
export { missingProbability } from './missing-probability.ts';
export type { Capabilities, Capability, CapabilityName, ProbedEngine, ProbedUse } from './capabilities.ts';
export { capabilities, capabilityNames } from './capabilities.ts';
export type {
  CascadeCost,
  Certificate,
  CertifiedGroup,
  FrozenCertificate,
  Goal,
  SealedCertificate,
  Tested,
  Together,
} from './certificate.ts';
export { certificateSchema, frozenCertificate, isCertified } from './certificate.ts';
export { chanceOf } from './chance.ts';
export type { Checkpoint } from './checkpoint.ts';
export { checkpointSchema } from './checkpoint.ts';
export { corpusSchema } from './corpus-spec.ts';
export { durationOf } from './duration.ts';
export { parallelArguments } from './engine-parallelism.ts';
export type { EngineAccess, EngineSpec, Price, SecretPlace, StagePrices } from './engine-spec.ts';
export type { Column, ColumnType } from './columns.ts';
export type { CommittedFile } from './committed-file.ts';
export { columnsOf } from './columns.ts';
export {
  accessOf,
  addressesOf,
  engineAccessSchema,
  engineAt,
  firstEngineOf,
  isSameEngine,
  pricesOf,
  secretsIn,
} from './engine-spec.ts';
export {
  ConfigurationError,
  exitCodeOf,
  exitCodes,
  IntegrityError,
  isForeseen,
  isTemporary,
  lastSentence,
  RefusalError,
  RetryableError,
  TerminalError,
  UnavailableError,
} from './errors.ts';
export type { FailureClass } from './failure-classes.ts';
export { failureClasses } from './failure-classes.ts';
export type { Flag, Imitated, Imitation, TextPlace } from './flags.ts';
export { flagOf, flagSchema, imitated, imitatedNames, isImitation, unvotedFlags } from './flags.ts';
export type { Fleet } from './fleet.ts';
export { nodesOf } from './fleet.ts';
export type { ExtensionGeneration, Generation, RetryGeneration } from './generation.ts';
export { generationSchema } from './generation.ts';
export { canonicalJson, digestOf, itemDigest, sha256, sha256Pieces } from './identity.ts';
export type { Job, StageSpec } from './job.ts';
export { jobSchema, limitsSchema, outputSchema, stageSpecSchema } from './job.ts';
export type { JobCondition, JobPhase, JobStatus } from './job-status.ts';
export { jobPhases, jobStatusSchema, outcomesSetAside } from './job-status.ts';
export { deepestJson, isTooDeepJson } from './json-depth.ts';
export type { KeepOptions, KeepRule, KeepRules } from './keep-rules.ts';
export { freezeKeep, keepEverything, keepRuleNames, keepRules } from './keep-rules.ts';
export type { KeptReason } from './kept-reasons.ts';
export { alwaysReasons, brokenProof, failedProof } from './kept-reasons.ts';
export type { KubernetesSettings } from './kubernetes.ts';
export {
  formerFinalizer,
  kubernetesAnnotations,
  kubernetesLabels,
  kubernetesNames,
  kubernetesSettingsSchema,
  scoringJobs,
  statusPort,
} from './kubernetes.ts';
export type {
  FieldSelector,
  KindRef,
  KubernetesApi,
  KubernetesObject,
  ObjectRef,
  Observation,
  Observed,
  Observer,
  OwnerReference,
} from './kubernetes-port.ts';
export type {
  ConfidenceCell,
  GoldCounts,
  Health,
  Manifest,
  OutputManifest,
  Totals,
} from './manifest.ts';
export { manifestSchema, outputManifestSchema, totalsSchema } from './manifest.ts';
export type { RowFormat, StagePaths } from './names.ts';
export {
  compareIds,
  formatOf,
  generationFile,
  generationFolder,
  idOf,
  isWorkingFile,
  itemId,
  outputPaths,
  parseTaskSubject,
  partitionOf,
  placeOfId,
  rowFormats,
  runName,
  shardName,
  stagePaths,
  subjects,
} from './names.ts';
export type { Outage, OutageLimits, OutageVerdict } from './outage.ts';
export { outageOf } from './outage.ts';
export type {
  Address,
  Cascade,
  DoneOutcome,
  FailedOutcome,
  ItemReport,
  Outcome,
  OutcomeMessage,
  RefusalMessage,
} from './outcome.ts';
export {
  addressSchema,
  itemReportSchema,
  outcomeMessageSchema,
  outcomeSchema,
  refusalMessageSchema,
} from './outcome.ts';
export type { AnswerPlace, ParseRule, PickRule, ProofRule, RatingRule, RuleGives, VerdictRule } from './parse-rule.ts';
export { parseRuleSchema, ruleGives, showsAll } from './parse-rule.ts';
export { schemeOf } from './place.ts';
export type { PlantedKind } from './planted.ts';
export {
  plantedColumns,
  plantedKindNames,
  plantedKinds,
  plantedOpeners,
  plantedPairs,
  plantedStage,
  stageSpecOf,
  stageSpecsOf,
} from './planted.ts';
export type { PlantedCounts, PlantedFile, PlantedSummary } from './planted-files.ts';
export { plantedFileSchema } from './planted-files.ts';
export type { AskedLine, ChunkEntry, Input, PackLine, PlanEnd, PlanEntry, PlanStart, Sizes } from './plan-files.ts';
export {
  inputSchema,
  packLineSchema,
  planEndSchema,
  planEntrySchema,
  planStartSchema,
  sizesSchema,
} from './plan-files.ts';
export { podPaths } from './pod-paths.ts';
export type { FleetPod, RolePod } from './pod-template.ts';
export { rolePodSchema } from './pod-template.ts';
export type { PodVolume } from './pod-volumes.ts';
export type {
  AsWritten,
  AnswerTo,
  AnswerToken,
  Chance,
  ChatAnswer,
  ChatChoice,
  ChatRequest,
  Clock,
  Codec,
  Corpus,
  Dispatch,
  Engine,
  EngineAnswer,
  EngineModel,
  EngineRequest,
  Journals,
  JournalWriter,
  JudgeRole,
  ListedFile,
  ListedFolder,
  LogprobsAnswer,
  LogprobsRequest,
  OutcomeDelivery,
  OutcomeSink,
  OutcomeSource,
  Prober,
  RandomAccess,
  RawRecord,
  RecordProblem,
  ScoreAnswer,
  ScoreRequest,
  Store,
  TaskDelivery,
  TaskSource,
  TokensAnswer,
  TokensRequest,
  Written,
} from './ports.ts';
export type { Profile, ProfileExample, Sampling, SecondTurn, Upstream } from './profile.ts';
export { profileSchema, samplingSchema } from './profile.ts';
export type { ProofCheck } from './proof-checks.ts';
export { proofChecks } from './proof-checks.ts';
export type { Resources } from './quantity.ts';
export { amountOf, quantitySchema } from './quantity.ts';
export type { Quiet } from './quiet.ts';
export { quietOf, standstill } from './quiet.ts';
export { certaintyOfFirst, isCalibrated, probabilityOfLabel, whyNoProbability } from './row-probability.ts';
export type { Failure, Judge, Row } from './rows.ts';
export { failureSchema, rowColumns, rowSchema } from './rows.ts';
export { sealedText, unseal } from './seal.ts';
export { servedAs, servedNames } from './served-models.ts';
export type { DoneMessage, DoneSigner } from './signing.ts';
export { doneSigner, isSignedDone, shortestSigningSecret, signingVariable } from './signing.ts';
export type { FirstJudge, LabelDefinition, ProveDefinition, StageDefinition, StageFile } from './stage.ts';
export type { Spread } from './spread.ts';
export { stageDefinitionSchema, stageFileSchema } from './stage.ts';
export type { StopRule, VotesDefinition } from './stage-rules.ts';
export type {
  Carried,
  Item,
  Judgment,
  Label,
  Message,
  Order,
  OrderVotes,
  Proof,
  Rationale,
  Scores,
  Served,
  Source,
  Tokens,
} from './terms.ts';
export {
  addTokenCounts,
  addTokens,
  allTokens,
  confidenceKinds,
  isScore,
  itemSchema,
  messageSchema,
  tokensSchema,
  validVotesIn,
} from './terms.ts';
export type { Tolerated } from './tolerant.ts';
export { parseTolerantly } from './tolerant.ts';
export { Unreadable, unreadableIn } from './unreadable.ts';
export { visible, visibleLines } from './visible.ts';
export { transcriptOf } from './transcript.ts';
export type { Task, TaskHeader } from './wire.ts';
export { taskHeaderSchema } from './wire.ts';
export type { WorkActivity } from './work-activity.ts';
export { addTakenOver, noActivity, workActivitySchema } from './work-activity.ts';
export type {
  BatchFile,
  Evaluated,
  Labels,
  PublishedFile,
  RoundFile,
  TrainedFile,
  TrainingSet,
  Verdict,
  Weights,
} from './round-file.ts';
export { batchFileSchema, publishedFileSchema, roundFileSchema, trainedFileSchema } from './round-file.ts';
export type { TrainerPod } from './trainer-pod.ts';
export type { TrainerName } from './trainer-names.ts';
export { trainerNames } from './trainer-names.ts';
export type { Placeholder, Trainer } from './trainer-spec.ts';
export { placeholders, usualVariables } from './trainer-spec.ts';
export type { Evaluation, Gate, LoopEngine, LoopSpec, TrainingLoop } from './training-loop.ts';
export { trainingLoopSchema } from './training-loop.ts';
export type { WeightsManifest } from './weights.ts';
export {
  digestOfWeights,
  isCheckpoint,
  isOfWeights,
  weightsDigestSchema,
  weightsManifestPath,
  weightsManifestSchema,
} from './weights.ts';
