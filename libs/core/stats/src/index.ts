export type { Interval } from './benchmarks/clustered-table.ts';
export type { Comparison, Flip, PairedComparison, Standing } from './benchmarks/compare.ts';
export { Comparer } from './benchmarks/compare.ts';
export type { Scored } from './benchmarks/credit.ts';
export { isOfficial } from './benchmarks/metrics.ts';
export type { BesidePublished, PublishedBenchmark, PublishedSystem } from './benchmarks/published.ts';
export {
  besidePublished,
  isOneRun,
  publishedMicro,
  publishedSource,
  publishedSystems,
} from './benchmarks/published.ts';
export type { Figure, ReadingName, Score, ScoreCounts } from './benchmarks/score.ts';
export { readings, Scorer } from './benchmarks/score.ts';
export type { CalibratedGroup, Fitness } from './calibration/calibration.ts';
export { CalibrationTally, fewestPrompts } from './calibration/calibration.ts';
export { folds } from './calibration/fit-map.ts';
export { CertificateTally } from './certificate/certificate.ts';
export type { CascadeItem, CascadeOutcome, Cheapest } from './certificate/cheapest.ts';
export { CheapestTally } from './certificate/cheapest.ts';
export type { CalibrationUse } from './calibration/calibration-section.ts';
export { calibrationSentence, mapCells, mapHeader, withoutProbabilityText } from './calibration/calibration-section.ts';
export { certificateSentence, coverageOf, thresholdCells, thresholdHeader } from './certificate/certificate-section.ts';
export { datasetCard, stageEntry } from './card.ts';
export { datasetInfo } from './card-features.ts';
export type { ConfidenceBin, ConfidenceGroup } from './confidence-cells.ts';
export { costOf, costText, sumOfCosts } from './cost.ts';
export type { FailedClass, PlacedFailure } from './failure-tally.ts';
export { FailureTally, failureLine, failureLines } from './failure-tally.ts';
export type { Expected, Population } from './forecast/expected-total.ts';
export type { Forecast, ProbedItem, ProbedStage, Span, StageSpent } from './forecast/forecast.ts';
export { forecastOf } from './forecast/forecast.ts';
export {
  binName,
  confidenceText,
  confidenceTitle,
  grouped,
  percent,
  shareCells,
  statedName,
  statisticCells,
} from './format.ts';
export type { Accuracy } from './gold.ts';
export { agreesWithGold } from './gold.ts';
export type { Estimate } from './intervals.ts';
export { isSurelyAbove, shareOf } from './intervals.ts';
export type { GroupHealth, LabelHealth, SourceHealth, Statistic } from './label-health.ts';
export { labelHealth } from './label-health.ts';
export { Lengths } from './lengths.ts';
export { codeOf, markdownTable } from './markdown.ts';
export { failedProofs, whyNothingMade } from './nothing-made.ts';
export { calibrationPicture } from './picture/calibration-picture.ts';
export { healthPicture } from './picture/health-picture.ts';
export { leaderboardPicture } from './picture/leaderboard-picture.ts';
export type { PlantedHealth, PlantedRate } from './planted/planted-health.ts';
export { plantedHealth } from './planted/planted-health.ts';
export { plantedCells, plantedHeader, plantedNotes } from './planted/planted-section.ts';
export { PlantedTally } from './planted/planted-tally.ts';
export type { Rounds } from './rounds/rounds.ts';
export { pictureNames, roundsPage } from './rounds/rounds-page.ts';
export { roundsPicture } from './rounds/rounds-picture.ts';
export { addJoined, addTotals, emptyTotals, withoutTotals } from './totals.ts';
