import { field, type JsonObject, type JsonValue, type MemberSlice } from '../../core/json.ts';
import type { Modality } from '../../core/policy.ts';
import { compactJson } from './extra-json.ts';
import { coercion } from './fields.ts';

export const METRICS_KEY: Readonly<Record<Modality, string>> = {
  audio: 'metrics',
  image: 'image_metrics',
  video: 'video_metrics',
};

/** The nodes below these keys keep all of their keys, duplicates included. */
export const METRICS_KEYS: ReadonlySet<string> = new Set(Object.values(METRICS_KEY));

/** Keys of any node that have a column, or are deliberately folded into one. */
const NODE_COLUMNS = ['type', 'label', 'conclusion', 'score', 'certainty', 'certainty (%)', 'timestamp', 'children'];

/** Keys of a modality's root that have a column of their own in `detections` or `audio_scores`. */
export const ROOT_COLUMNS: Readonly<Record<Modality, ReadonlySet<string>>> = {
  audio: new Set([...NODE_COLUMNS, 'consistency', 'aggregated_score', 'image']),
  image: new Set([...NODE_COLUMNS, 'image']),
  video: new Set(NODE_COLUMNS),
};

const CHILD_COLUMNS: ReadonlySet<string> = new Set(NODE_COLUMNS);

/** Known keys without a column, not counted as unknown: those of metric nodes by name, others by path. */
export const KNOWN_WITHOUT_COLUMN: ReadonlySet<string> = new Set(
  `ifl reverse_image_search_sources posterior patch_type violations description treeview
  c2pa_manifest.active_manifest c2pa_manifest.manifests c2pa_manifest.validation_results
  c2pa_manifest.message watermark.error_message`.split(/\s+/),
);

/** Keys of a node whose value is a number, or a text that holds one. */
const NUMBER_KEYS = ['score', 'aggregated_score', 'certainty', 'consistency', 'timestamp'] as const;
export type NumberKey = (typeof NUMBER_KEYS)[number];

interface NodeNames {
  /** `video_metrics.` or `video_metrics.children[].`. */
  readonly prefix: string;
  /** The note that a number was read from a text. */
  readonly textReadAsNumber: Readonly<Record<NumberKey, string>>;
}

/** More than any tree ever seen needs; places above this number are not cached. */
const MOST_KEPT = 10_000;

interface Family {
  readonly modality: Modality;
  readonly children: NodeNames;
  /** How many more places may be kept. */
  left: number;
}

/** Place of a node in its tree. Trees look alike: places are cached, and nodes at the same path share their texts. */
export class NodePlace {
  readonly modality: Modality;
  /** `video` is the root, `video/1` its second child. */
  readonly node: string;
  readonly parent: string | null;
  /** A root is at depth 1. */
  readonly depth: number;
  readonly position: number;
  readonly names: NodeNames;
  readonly #family: Family;
  readonly #children: NodePlace[] = [];

  private constructor(family: Family, names: NodeNames, parent: NodePlace | null, position: number) {
    this.modality = family.modality;
    this.node = parent === null ? family.modality : `${parent.node}/${position}`;
    this.parent = parent?.node ?? null;
    this.depth = parent === null ? 1 : parent.depth + 1;
    this.position = position;
    this.names = names;
    this.#family = family;
  }

  static root(modality: Modality): NodePlace {
    const key = METRICS_KEY[modality];
    const family: Family = { modality, children: namesBelow(`${key}.children[].`), left: MOST_KEPT };
    return new NodePlace(family, namesBelow(`${key}.`), null, 0);
  }

  child(position: number): NodePlace {
    const known = this.#children[position];
    if (known !== undefined) return known;
    const child = new NodePlace(this.#family, this.#family.children, this, position);
    if (position === this.#children.length && this.#family.left > 0) {
      this.#family.left--;
      this.#children.push(child);
    }
    return child;
  }
}

function namesBelow(prefix: string): NodeNames {
  const notes = NUMBER_KEYS.map((key) => [key, coercion(prefix + key, 'text read as number')]);
  return { prefix, textReadAsNumber: Object.fromEntries(notes) as NodeNames['textReadAsNumber'] };
}

/** Entries of `extra`, as pairs: keys come from outside, may be equal, and `__proto__` must stay a key. */
export type ExtraEntries = [key: string, json: string][];

/** A node's keys as received, before they are interpreted; null if the node has no such key. */
export interface RawNode {
  readonly place: NodePlace;
  /** False for a child that is not an object: then `others` holds it. */
  readonly isObject: boolean;
  type: JsonValue;
  label: JsonValue;
  conclusion: JsonValue;
  /** For the root of audio, `aggregated_score`. */
  score: JsonValue;
  certainty: JsonValue;
  /** Only for the root of audio. */
  consistency: JsonValue;
  /** `certainty (%)` */
  percent: JsonValue;
  timestamp: JsonValue;
  /** Which numbers came as texts (`SCORE_AS_TEXT` …), if the reader has already read the texts too. */
  asText: number;
  /** Values that could not be placed before the node was decoded; they come first in `extra`. */
  unplaced: ExtraEntries | null;
  /** Keys without a column in their received order, both of two equal ones. */
  others: ExtraEntries | null;
  /** JSON of a key with a column, as received; null if no column holds a number or object that it has no use for. */
  readonly jsonOf: ((key: string) => string) | null;
}

export const SCORE_AS_TEXT = 1;
export const CERTAINTY_AS_TEXT = 2;
export const TIMESTAMP_AS_TEXT = 4;

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

/**
 * The node of an object as parsed, and of its members. Of equal keys (`isTwice`) the last one was parsed; the others go
 * to `unplaced`.
 */
export function rawNodeOf(
  place: NodePlace,
  bytes: Buffer,
  members: readonly MemberSlice[],
  object: JsonObject,
  isTwice: boolean,
  unplaced: ExtraEntries,
): RawNode {
  const isAudioRoot = place.parent === null && place.modality === 'audio';
  const columns = place.parent === null ? ROOT_COLUMNS[place.modality] : CHILD_COLUMNS;
  const known = new Map<string, MemberSlice>();
  let others: ExtraEntries | null = null;
  for (const member of members) {
    const { key, start, end } = member;
    if (!columns.has(key)) (others ??= []).push([key, compactJson(bytes, start, end)]);
    else if (isTwice) {
      const before = known.get(key);
      if (before !== undefined) unplaced.push([key, compactJson(bytes, before.start, before.end)]);
      known.set(key, member);
    }
  }
  const value = (key: string): JsonValue => field(object, key) ?? null;
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
      const member = members.findLast((one) => one.key === key);
      return member === undefined ? 'null' : compactJson(bytes, member.start, member.end);
    },
  };
}
