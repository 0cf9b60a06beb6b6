import { type ClassificationPolicy, foldLabel, MODALITIES, type Modality, type Verdict } from '../../core/policy.ts';
import type { Statistics } from '../../core/statistics.ts';

export interface LabelCount {
  readonly modality: Modality;
  readonly label: string;
  readonly count: number;
  /** The policy's verdict for it; null if the label is on none of its lists. */
  readonly verdict: Verdict | null;
}

/** Every label as received, by modality, the most frequent first. */
export function labelCounts(statistics: Statistics, policy: ClassificationPolicy): LabelCount[] {
  const reading = new Map<string, Verdict>();
  for (const verdict of ['real', 'indeterminate', 'fake'] as const) {
    for (const label of policy[verdict]) reading.set(foldLabel(label), verdict);
  }
  return MODALITIES.flatMap((modality) =>
    Object.entries(statistics.labels[modality])
      .map(([label, count]) => ({ modality, label, count, verdict: reading.get(foldLabel(label)) ?? null }))
      .sort((a, b) => b.count - a.count || (a.label < b.label ? -1 : 1)),
  );
}

export function unknownLabels(statistics: Statistics, policy: ClassificationPolicy): LabelCount[] {
  return labelCounts(statistics, policy).filter(({ verdict }) => verdict === null);
}
