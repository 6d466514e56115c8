export type { Action } from './decide/actions.ts';
export { stageSuspension, tellDriver } from './decide/actions.ts';
export type { Decision, Installation, NoInstallation, ScoringJobParts, WantedJob } from './decide/decision.ts';
export type { JobChange } from './decide/job-change.ts';
export { changeablePart, changedInPlace, changeOf } from './decide/job-change.ts';
export type { OutputProblems } from './decide/output-holders.ts';
export { outputProblems } from './decide/output-holders.ts';
export type { ReadScoringJob, UnreadableJob } from './decide/read-scoring-job.ts';
export { readScoringJob } from './decide/read-scoring-job.ts';
export { decide, hasSucceeded } from './decide/scoring-job.ts';
export type { StageJobAction } from './decide/stage-jobs.ts';
export { clearance, isSameOwner, retirement, stageJobAction, surplus, weightsAction } from './decide/stage-jobs.ts';
export { collectorObjects } from './objects/collectors.ts';
export type { DriverOptions } from './objects/driver.ts';
export { driverObjects } from './objects/driver.ts';
export { deadlineSentence } from './objects/driver-deadline.ts';
export { eventName, eventObject } from './objects/event.ts';
export { kinds, ownerReferenceTo, refOf, stageOf } from './objects/kinds.ts';
export { workloadLabels } from './objects/queue.ts';
export type { StageOptions } from './objects/stage-spec.ts';
export type { TrainerOptions } from './objects/trainer.ts';
export { trainerJob, versionsContainer } from './objects/trainer.ts';
export { weightsJob } from './objects/weights-job.ts';
export { workerObjects } from './objects/workers.ts';
export { engineStarts } from './observed/engine-starts.ts';
export { finalSentence } from './observed/final-sentence.ts';
export type { FleetView, FleetWidth } from './observed/fleet-view.ts';
export {
  fetchingSentence,
  noFleet,
  stageTrouble,
  waitingSentence,
  waitingWorkers,
  workersOf,
} from './observed/fleet-view.ts';
export type { JobState } from './observed/job-state.ts';
export { jobStateOf } from './observed/job-state.ts';
export { readStatus } from './observed/read-status.ts';
export { trainingFailure } from './observed/training-failure.ts';
export type { Trouble } from './observed/trouble.ts';
export { troubleOf } from './observed/trouble.ts';
export { isBeingSetUp, lacksPods } from './observed/unexplained.ts';
export type { DrivenParts, StageProgress } from './status/driven-status.ts';
export { drivenStatus, startFailureStatus } from './status/driven-status.ts';
export type { Sample } from './status/rate.ts';
export { rateOf, withSample } from './status/rate.ts';
export { stalledStatus } from './status/scoring-job-status.ts';
export type { JobEvent } from './status/status-events.ts';
export { eventsBetween } from './status/status-events.ts';
