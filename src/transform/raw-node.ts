import type { JsonObject, JsonValue } from '../core/json.ts';
import { CHILD_COLUMNS, ROOT_COLUMNS } from './metric-keys.ts';
import type { NodePlace } from './node-place.ts';

/** A value of `extra`: pairs, because keys come from strangers and `__proto__` must stay a key. */
export type ExtraEntries = [key: string, value: JsonValue][];

/** A node's keys as they came, before anybody asked what they mean; null where the node has no such key. */
export interface RawNode {
  readonly place: NodePlace;
  /** False for a child that is no object: then `others` holds it. */
  readonly isObject: boolean;
  type: JsonValue;
  label: JsonValue;
  conclusion: JsonValue;
  /** Of the root of audio, `aggregated_score`. */
  score: JsonValue;
  certainty: JsonValue;
  /** Of the root of audio only. */
  consistency: JsonValue;
  /** `certainty (%)` */
  percent: JsonValue;
  timestamp: JsonValue;
  /** Which of the numbers came as texts (`SCORE_AS_TEXT` …), where whoever read them has read the texts too. */
  asText: number;
  /** What could not be placed before the node was decoded: it stands first in `extra`. */
  unplaced: ExtraEntries | null;
  /** Keys without a column, in the order in which they came. */
  others: ExtraEntries | null;
}

export const SCORE_AS_TEXT = 1;
export const CERTAINTY_AS_TEXT = 2;
export const TIMESTAMP_AS_TEXT = 4;

/** A node without any key. */
export function emptyNode(place: NodePlace): RawNode {
  return {
    place,
    isObject: true,
    type: null,
    label: null,
    conclusion: null,
    score: null,
    certainty: null,
    consistency: null,
    percent: null,
    timestamp: null,
    asText: 0,
    unplaced: null,
    others: null,
  };
}

/** The node that a parsed object is. Keys that it does not have are not on any prototype either. */
export function rawNodeOf(place: NodePlace, value: JsonObject, unplaced: ExtraEntries | null): RawNode {
  const isAudioRoot = place.parent === null && place.modality === 'audio';
  return {
    place,
    isObject: true,
    type: value['type'] ?? null,
    label: value['label'] ?? null,
    conclusion: value['conclusion'] ?? null,
    score: value[isAudioRoot ? 'aggregated_score' : 'score'] ?? null,
    certainty: value['certainty'] ?? null,
    consistency: isAudioRoot ? (value['consistency'] ?? null) : null,
    percent: value['certainty (%)'] ?? null,
    timestamp: value['timestamp'] ?? null,
    asText: 0,
    unplaced,
    others: othersOf(place, value),
  };
}

function othersOf(place: NodePlace, value: JsonObject): ExtraEntries | null {
  const columns = place.parent === null ? ROOT_COLUMNS[place.modality] : CHILD_COLUMNS;
  let others: ExtraEntries | null = null;
  for (const key of Object.keys(value)) {
    if (!columns.has(key)) (others ??= []).push([key, value[key] ?? null]);
  }
  return others;
}
