import type { CoordinatorEvents } from '@proofmill/coordinate';
import type { StageEvents } from '@proofmill/metrics';

/** The events of a coordinator, those of its stages counted, too. */
export const countedEvents = <Events extends CoordinatorEvents>(events: Events, counted: StageEvents): Events => ({
  ...events,
  onStage(stage) {
    counted.onStage(stage);
    events.onStage?.(stage);
  },
  onPlanned(stage, end) {
    counted.onPlanned(stage, end);
    events.onPlanned?.(stage, end);
  },
  onProgress(stage, records, given) {
    counted.onProgress(stage, records, given);
    events.onProgress?.(stage, records, given);
  },
  onCommit(stage, manifest, totals) {
    counted.onCommit(stage, manifest, totals);
    events.onCommit?.(stage, manifest, totals);
  },
});
