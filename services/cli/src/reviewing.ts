/** Exports rows of an output for people to answer. */
import { drawSample } from '@proofmill/audit';
import { openStore } from '@proofmill/blob';
import { ConfigurationError } from '@proofmill/contract';
import { chooseRows, exportReview, type ReviewManifest } from '@proofmill/export';
import type { ReviewChoice, ReviewTool } from '@proofmill/export-rows';
import { zstdCodec } from '@proofmill/formats';
import { openExported } from './exporting.ts';

interface ReviewRequest {
  readonly outs: readonly string[];
  readonly to: string;
  readonly tool: ReviewTool;
  readonly rows?: number;
  readonly by?: ReviewChoice;
  readonly showJudge?: boolean;
}

const usualRows = 300;

/** @throws {ConfigurationError} for several outputs, whose ids would be mixed up, and as exportReview does */
export async function exportForReview(request: ReviewRequest): Promise<ReviewManifest> {
  const { outs, to, tool, rows: most = usualRows, by = 'random', showJudge = false } = request;
  const [out = '', ...others] = outs;
  if (others.length > 0) {
    throw new ConfigurationError(
      `people answer about one output at a time, since ids are those of its rows; export ${outs.join(' and ')} apart`,
    );
  }
  const output = await openExported(out);
  const codec = zstdCodec();
  const rows =
    by === 'random' ? await drawSample({ ...output, codec }, most) : await chooseRows({ output, codec, by, most });
  return await exportReview({ output, target: openStore(to), targetName: to, rows, tool, by, most, showJudge });
}
