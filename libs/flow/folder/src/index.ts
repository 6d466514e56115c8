export { createCheckpoint, removeCheckpoints, usableCheckpoint } from './checkpoints.ts';
export { committedRecords, verifyCommitted } from './committed-files.ts';
export { contentOf } from './content.ts';
export { currentOutcomes } from './current-outcomes.ts';
export { damaged } from './damage.ts';
export { retriedRecords, supersededTotals } from './failed-records.ts';
export { refuseForeign } from './foreign.ts';
export { createGeneration, generationStore, newestOutput, readGenerations } from './generations.ts';
export { linesIn } from './json-lines.ts';
export type { JournalView } from './journal-view.ts';
export { journalView } from './journal-view.ts';
export { committedShards, createManifest, hasManifest, manifestsOf, readManifest } from './manifests.ts';
export { createSame, objectBytes, readObject } from './objects.ts';
export { isRow, outcomesOf } from './outcomes.ts';
export { closeOutput, isCleaned, isComplete, markCleaned, readOutputManifest } from './output.ts';
export { linesOfChunks, PackReader, readFrame, readLines, writePack } from './packs.ts';
export type { StoredEntry } from './plan.ts';
export { createEnd, createEntry, createStart, readEnd, readEntry, readStart, requireEnd } from './plan.ts';
export type { PlantedPlace, PlantedRun } from './planted.ts';
export {
  createPlantedFile,
  drawPreferred,
  plantedPromotions,
  plantedRun,
  plantedSeed,
  promotionsOf,
  readPlantedFile,
} from './planted.ts';
export type { StoredRecord } from './row-files.ts';
export { encodeRows, encodeTable, jsonLines, recordValue, storedRecords } from './row-files.ts';
export { createSigningSecret, readSigningSecret } from './signing-secret.ts';
export type { StageFolder } from './stage-folder.ts';
export { stageFolder } from './stage-folder.ts';
export { verifyStaged, writeStaged } from './staged-files.ts';
export type { StoredJob } from './stored-job.ts';
export { createJob, createStage, findStoredJob, readJobIdentity, readStage, readStoredJob } from './stored-job.ts';
export type { OutputVersion } from './versions.ts';
export { isCommitted, jobTotals, plantedPlaceOf, versionsOf } from './versions.ts';
