import { type MemberSlice, textOf } from '../core/json-slices.ts';
import type { JsonValue } from '../core/json.ts';
import { compactJson } from './compact-json.ts';
import { CHILD_COLUMNS, ROOT_COLUMNS } from './metric-keys.ts';
import type { NodePlace } from './node-place.ts';

/** What `extra` is made of: pairs, because keys come from strangers, may be equal, and `__proto__` must stay a key. */
export type ExtraEntries = [key: string, json: string][];

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
  /** Keys without a column, in the order in which they came, both of two equal ones. */
  others: ExtraEntries | null;
  /** The JSON of a key with a column as it was received; null where no number or object is in one that has no use for it. */
  readonly jsonOf: ((key: string) => string) | null;
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
    jsonOf: null,
  };
}

/** The node that the members of an object are: of equal keys the last one is read, the others are in `unplaced`. */
export function rawNodeOf(
  place: NodePlace,
  bytes: Buffer,
  members: readonly MemberSlice[],
  unplaced: ExtraEntries,
): RawNode {
  const isAudioRoot = place.parent === null && place.modality === 'audio';
  const columns = place.parent === null ? ROOT_COLUMNS[place.modality] : CHILD_COLUMNS;
  const known = new Map<string, MemberSlice>();
  let others: ExtraEntries | null = null;
  for (const member of members) {
    const { key, start, end } = member;
    if (!columns.has(key)) {
      (others ??= []).push([key, compactJson(bytes, start, end)]);
      continue;
    }
    const before = known.get(key);
    if (before !== undefined) unplaced.push([key, compactJson(bytes, before.start, before.end)]);
    known.set(key, member);
  }
  const value = (key: string): JsonValue => {
    const member = known.get(key);
    return member === undefined ? null : (JSON.parse(textOf(bytes, member.start, member.end)) as JsonValue);
  };
  return {
    place,
    isObject: true,
    type: value('type'),
    label: value('label'),
    conclusion: value('conclusion'),
    score: value(isAudioRoot ? 'aggregated_score' : 'score'),
    certainty: value('certainty'),
    consistency: isAudioRoot ? value('consistency') : null,
    percent: value('certainty (%)'),
    timestamp: value('timestamp'),
    asText: 0,
    unplaced: unplaced.length === 0 ? null : unplaced,
    others,
    jsonOf: (key) => {
      const member = known.get(key);
      return member === undefined ? 'null' : compactJson(bytes, member.start, member.end);
    },
  };
}
