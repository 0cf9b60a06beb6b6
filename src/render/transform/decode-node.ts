import type { MetricNode } from '../../core/detection.ts';
import type { JsonValue } from '../../core/json.ts';
import type { Classifier } from './classify.ts';
import { summariseDataUris } from './extra-json.ts';
import { fractionFromPercent, isExactNumber, type Notes, numberFrom } from './fields.ts';
import {
  CERTAINTY_AS_TEXT,
  type ExtraEntries,
  KNOWN_WITHOUT_COLUMN,
  type NumberKey,
  type RawNode,
  SCORE_AS_TEXT,
  TIMESTAMP_AS_TEXT,
} from './node.ts';

/** `certainty (%)` has at most one decimal: up to this difference, both values agree. */
const PERCENT_ROUNDING = 0.0051;

/** Documented keys with one of these values are left out: they say nothing. */
const EMPTY: ReadonlySet<string> = new Set(['null', '""', '[]', '{}']);

/** What has no column in a node; nearly always nothing. */
interface Rest {
  readonly raw: RawNode;
  readonly notes: Notes;
  extra: ExtraEntries | null;
  /** Values that did not fit their column; they follow what is already in `extra`. */
  misfits: ExtraEntries | null;
}

/** Decodes a node's own keys; its children are nodes of their own. */
export function decodeNode(raw: RawNode, classifier: Classifier, notes: Notes): MetricNode {
  const { place } = raw;
  const rest: Rest = { raw, notes, extra: raw.unplaced, misfits: null };
  if (!raw.isObject) notes.coerced(place.names.prefix.slice(0, -1), 'child is not an object, kept in extra');
  const isAudioRoot = place.parent === null && place.modality === 'audio';
  const score = readNumber(rest, isAudioRoot ? 'aggregated_score' : 'score', raw.score, SCORE_AS_TEXT);
  const label = readLabel(rest);
  const type = readText(rest, 'type', raw.type);
  const certainty = readCertainty(rest);
  const assessed = classifier.isAssessed(score);
  const timestampSeconds = readNumber(rest, 'timestamp', raw.timestamp, TIMESTAMP_AS_TEXT);
  return {
    modality: place.modality,
    node: place.node,
    parent: place.parent,
    depth: place.depth,
    position: place.position,
    type,
    label,
    verdict: label !== null && assessed ? classifier.verdictOf(label) : null,
    score: assessed ? score : null,
    assessed,
    certainty,
    timestampSeconds,
    extra: extraOf(rest),
  };
}

/** An empty label says as little as a missing one: neither decides anything. */
function readLabel(rest: Rest): string | null {
  const label = readText(rest, 'label', rest.raw.label) || null;
  const conclusion = readText(rest, 'conclusion', rest.raw.conclusion) || null;
  if (label !== null && conclusion !== null && label !== conclusion) keep(rest, 'conclusion', conclusion);
  return label ?? conclusion;
}

function readCertainty(rest: Rest): number | null {
  const { raw } = rest;
  const consistency = raw.consistency === null ? null : readNumber(rest, 'consistency', raw.consistency, 0);
  let certainty = readNumber(rest, 'certainty', raw.certainty, CERTAINTY_AS_TEXT);
  if (consistency !== null) {
    if (certainty !== null && certainty !== consistency) keep(rest, 'certainty', certainty);
    certainty = consistency;
  }
  if (raw.percent === null) return certainty;
  const fraction = fractionFromPercent(raw.percent);
  if (fraction !== undefined && certainty === null) return fraction;
  const agrees = fraction !== undefined && Math.abs(fraction - (certainty ?? 0)) <= PERCENT_ROUNDING;
  if (!agrees) keep(rest, 'certainty (%)', raw.percent);
  return certainty;
}

/** `asText` is the bit that is set if the number was read from a text. */
function readNumber(rest: Rest, key: NumberKey, value: JsonValue, asText: number): number | null {
  if (typeof value === 'number' && isExactNumber(value) && (rest.raw.asText & asText) === 0) return value;
  if (value === null || value === '') return null;
  const number = numberFrom(value);
  if (number === undefined) return misfit(rest, key, value, 'not a number');
  if (typeof value === 'string' || (rest.raw.asText & asText) !== 0) {
    rest.notes.add(rest.raw.place.names.textReadAsNumber[key]);
  } else misfit(rest, key, value, 'number read with fewer digits than it may have had');
  return number;
}

function readText(rest: Rest, key: string, value: JsonValue): string | null {
  if (value === null || typeof value === 'string') return value;
  if (typeof value === 'boolean') {
    rest.notes.coerced(rest.raw.place.names.prefix + key, 'boolean read as text');
    return String(value);
  }
  if (typeof value !== 'number') return misfit(rest, key, value, 'not a text');
  misfit(rest, key, value, 'number read as text');
  return String(value);
}

function misfit(rest: Rest, key: string, value: JsonValue, what: string): null {
  rest.notes.coerced(rest.raw.place.names.prefix + key, `${what}, kept in extra`);
  (rest.misfits ??= []).push([key, jsonOf(rest.raw, key, value)]);
  return null;
}

function keep(rest: Rest, key: string, value: JsonValue): void {
  (rest.extra ??= []).push([key, jsonOf(rest.raw, key, value)]);
}

/** Parsing keeps every text, but may lose digits of a number or a duplicate key of an object. */
function jsonOf({ jsonOf: asReceived }: RawNode, key: string, value: JsonValue): string {
  if (asReceived !== null && (typeof value === 'number' || (typeof value === 'object' && value !== null))) {
    return asReceived(key);
  }
  return summariseDataUris(JSON.stringify(value));
}

function extraOf({ raw, notes, extra, misfits }: Rest): string | null {
  if (extra === null && misfits === null && raw.others === null) return null;
  const entries = [...(extra ?? []), ...(misfits ?? [])];
  for (const entry of raw.others ?? []) {
    const [key, json] = entry;
    if (!KNOWN_WITHOUT_COLUMN.has(key)) {
      if (raw.isObject) notes.unknownKey(raw.place.names.prefix + key);
    } else if (EMPTY.has(json)) continue;
    entries.push(entry);
  }
  return entries.length === 0 ? null : `{${entries.map(([key, json]) => `${JSON.stringify(key)}:${json}`).join(',')}}`;
}
