import { BLANK_VALUES, type PlainValues } from './fields.ts';
import type { Review } from './reviews.ts';
import type { Modality, Status, Verdict } from './policy.ts';

/** One node of a metric tree; a modality's root is a node too. */
export interface MetricNode {
  readonly modality: Modality;
  /** The path: root `video`, its second child `video/1`, that one's first child `video/1/0`. */
  readonly node: string;
  /** Path of the parent, null for a root. */
  readonly parent: string | null;
  /** A root is at depth 1. */
  readonly depth: number;
  /** Index among its siblings, from 0. */
  readonly position: number;
  readonly type: string | null;
  readonly label: string | null;
  /** Verdict of the policy for the node's own label; null if unlabelled or not assessed. */
  readonly verdict: Verdict | null;
  /** Null if missing, or if it is the policy's "nothing to assess" sentinel, which is not a score. */
  readonly score: number | null;
  /** False for the sentinel. */
  readonly assessed: boolean;
  readonly certainty: number | null;
  readonly timestampSeconds: number | null;
  /** JSON object of every key without a column, or null. */
  readonly extra: string | null;
}

/** The result of one modality of a detection. */
export interface ModalityResult {
  readonly label: string | null;
  /** Null if missing, or if nothing was assessed. */
  readonly score: number | null;
  /** `consistency` of audio, `certainty` of video; always null for images. */
  readonly certainty: number | null;
  /** False if the score is the policy's "nothing to assess" sentinel. */
  readonly assessed: boolean;
  /** Verdict of the policy for the label; null if unlabelled or not assessed. */
  readonly verdict: Verdict | null;
}

/**
 * One detection, decoded at the border and classified by the policy, with the plain columns of `FIELDS` by their names.
 * Times are epoch milliseconds, UTC.
 */
export interface Detection extends PlainValues {
  /** As received; `sha256:<record hash>` if the item had none. */
  readonly uuid: string;
  /** `created_at` as received if its notation is not known; null if it was read, or is absent. */
  readonly createdAtUnread: string | null;
  /** The same for `file_deleted_at`. */
  readonly fileDeletedAtUnread: string | null;
  readonly status: Status;
  /** The status as received if it is not documented: then `status` is `processing`. */
  readonly unknownStatus: string | null;
  readonly verdict: Verdict | null;
  readonly verdictScore: number | null;
  readonly verdictBasis: Modality | null;
  readonly audio: ModalityResult | null;
  readonly image: ModalityResult | null;
  readonly video: ModalityResult | null;
  readonly imageType: string | null;
  /** P(fake) by chunk, in order; null if a chunk was not a number, or had nothing to assess. */
  readonly audioChunks: readonly (number | null)[];
  readonly audioChunkMin: number | null;
  readonly audioChunkMean: number | null;
  readonly audioChunkMax: number | null;
  /** Every node of every tree, roots first, in document order. */
  readonly nodes: readonly MetricNode[];
  readonly metricDepth: number;
  readonly fakeNodes: number;
  /** A URL, or `data:<type>;bytes=<n>;sha256=<hex>` in place of an inline image. */
  readonly audioHeatmap: string | null;
  readonly imageHeatmap: string | null;
  /** JSON object of every key without a column, and of values that did not fit theirs; null for none. */
  readonly extra: string | null;
  /** SHA-256 (hex) of the item's bytes exactly as received. */
  readonly recordSha256: string;
  /** Paths of keys that no version of the API documents, e.g. `media_deleted`, `metrics.duration`. */
  readonly unknownKeys: readonly string[];
  /** One entry for each value that was coerced or kept as text: `path: what happened`. */
  readonly coercions: readonly string[];
  /** Cells from which something private was withheld, e.g. `detections.filename`; absent: none. */
  readonly withheld?: readonly string[];
  /** What people said of it; absent if no reviews were joined, or none is of it. */
  readonly reviews?: readonly Review[];
}

/** A processing detection without any value. Copies of it are fast objects: filled key by key, each would be slow. */
export const BLANK_DETECTION: Detection = {
  ...BLANK_VALUES,
  uuid: '',
  createdAtUnread: null,
  fileDeletedAtUnread: null,
  status: 'processing',
  unknownStatus: null,
  verdict: null,
  verdictScore: null,
  verdictBasis: null,
  audio: null,
  image: null,
  video: null,
  imageType: null,
  audioChunks: [],
  audioChunkMin: null,
  audioChunkMean: null,
  audioChunkMax: null,
  nodes: [],
  metricDepth: 0,
  fakeNodes: 0,
  audioHeatmap: null,
  imageHeatmap: null,
  extra: null,
  recordSha256: '',
  unknownKeys: [],
  coercions: [],
};
