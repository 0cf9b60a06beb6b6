import { join } from 'node:path';
import { z } from 'zod';
import { sha256Of } from '../../core/sha256.ts';
import type { PreviousFigures } from '../../core/previous-figures.ts';
import type { Manifest } from './manifest-schema.ts';
import { readSmallFile, STATISTICS_FILE } from './run-files.ts';

/** The accumulators bound its keys; real files are far smaller. */
const LARGEST_STATISTICS_BYTES = 64 * 1024 * 1024;

const count = z.int().min(0);
const outcome = z.looseObject({ completed: count, processing: count, failed: count });
const nullable = z.number().nullable();

/** The needed part of `statistics.json`; other members may vary by version. */
const statistics = z.looseObject({
  population: z.looseObject({ in_period: count, completed: count, processing: count, failed: count }),
  verdicts: z.looseObject({ fake: count, real: count, indeterminate: count }),
  fake_rate: z.looseObject({ value: nullable, low: nullable, high: nullable, of: count }),
  by_media_type: z.record(z.string(), outcome),
});

/** Reads the numbers that a following report compares itself with; returns them, or a line that says what is wrong. */
export async function readPreviousFigures(folder: string, manifest: Manifest): Promise<PreviousFigures | string> {
  const listed = manifest.files.find(({ name }) => name === STATISTICS_FILE);
  const bytes = await readSmallFile(join(folder, STATISTICS_FILE), LARGEST_STATISTICS_BYTES);
  if (bytes === null) return `it has no ${STATISTICS_FILE} that can be read`;
  if (sha256Of(bytes) !== listed?.sha256) {
    return `its ${STATISTICS_FILE} is not the one that its manifest lists`;
  }
  const verdict = z.enum(['proven', 'converged', 'unproven']).safeParse(manifest.completeness.verdict);
  const read = statistics.safeParse(jsonOf(bytes));
  if (!read.success || !verdict.success) return `its ${STATISTICS_FILE} does not hold the numbers of a run`;
  const { population, verdicts, fake_rate: rate, by_media_type: media } = read.data;
  const detections = (medium: string): number => {
    const { completed, processing, failed } = media[medium] ?? { completed: 0, processing: 0, failed: 0 };
    return completed + processing + failed;
  };
  return {
    template: { name: manifest.template.name, sha256: manifest.template.sha256 },
    policy_sha256: manifest.policy.sha256,
    completeness: verdict.data,
    as_of: manifest.as_of,
    in_period: population.in_period,
    status: { completed: population.completed, processing: population.processing, failed: population.failed },
    verdicts: { fake: verdicts.fake, real: verdicts.real, indeterminate: verdicts.indeterminate },
    fake_rate: { value: rate.value, low: rate.low, high: rate.high, of: rate.of },
    media: { audio: detections('audio'), image: detections('image'), video: detections('video') },
  };
}

function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch {
    return null;
  }
}
