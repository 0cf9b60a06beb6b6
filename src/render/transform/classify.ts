import {
  type ClassificationPolicy,
  foldLabel,
  type Modality,
  type Status,
  type Verdict,
  VERDICTS_BY_GRAVITY,
} from '../../core/policy.ts';
import type { ModalityResult } from '../../core/detection.ts';

/** One run has few labels, which repeat, so each is folded once. More than this many are hostile. */
const REMEMBERED_LABELS = 1_000;

/** The compiled policy: label to verdict, and "was anything assessed". */
export interface Classifier {
  /** A missing or unlisted label is indeterminate. */
  verdictOf(label: string | null): Verdict;
  isAssessed(score: number | null): boolean;
}

/** Compiles a policy. If a label is on two lists, the graver verdict wins. */
export function createClassifier(policy: ClassificationPolicy): Classifier {
  const byFolded = new Map<string, Verdict>();
  for (const verdict of [...VERDICTS_BY_GRAVITY].reverse()) {
    for (const label of policy[verdict]) byFolded.set(foldLabel(label), verdict);
  }
  const byRaw = new Map<string, Verdict>();
  return {
    verdictOf(label) {
      if (label === null) return 'indeterminate';
      const known = byRaw.get(label);
      if (known !== undefined) return known;
      const verdict = byFolded.get(foldLabel(label)) ?? 'indeterminate';
      if (byRaw.size < REMEMBERED_LABELS) byRaw.set(label, verdict);
      return verdict;
    },
    isAssessed: (score) => score !== policy.notAssessedScore,
  };
}

interface Decision {
  readonly verdict: Verdict | null;
  readonly score: number | null;
  readonly basis: Modality | null;
}

const UNDECIDED: Decision = { verdict: null, score: null, basis: null };
const NOTHING_ASSESSED: Decision = { verdict: 'indeterminate', score: null, basis: null };
/** With equal verdicts and scores, video comes first, then a still image, then audio. */
const BY_PRECEDENCE = ['video', 'image', 'audio'] as const satisfies readonly Modality[];

/**
 * The verdict of a detection: the gravest of its assessed modalities, with the score of the one that decided. If two
 * agree, the higher score decides. Only a completed detection has a verdict.
 */
export function decide(status: Status, results: Readonly<Record<Modality, ModalityResult | null>>): Decision {
  if (status !== 'completed') return UNDECIDED;
  let best: Decision = NOTHING_ASSESSED;
  let bestRank = Number.POSITIVE_INFINITY;
  for (const modality of BY_PRECEDENCE) {
    const result = results[modality];
    if (result === null || !result.assessed || result.verdict === null) continue;
    const rank = VERDICTS_BY_GRAVITY.indexOf(result.verdict);
    const graver = rank < bestRank || (rank === bestRank && (result.score ?? -1) > (best.score ?? -1));
    if (!graver) continue;
    best = { verdict: result.verdict, score: result.score, basis: modality };
    bestRank = rank;
  }
  return best;
}
