import type { MetricNode } from '../core/detection.ts';
import { isJsonObject, type JsonObject, type JsonValue, stringifyJson } from '../core/json.ts';
import type { Modality } from '../core/policy.ts';
import type { Classifier } from './classify.ts';
import { summariseDataUris } from './compact-json.ts';
import { Fields, fractionFromPercent, isExactNumber } from './fields.ts';
import { CHILD_COLUMNS, KNOWN_WITHOUT_COLUMN, ROOT_COLUMNS } from './metric-keys.ts';
import type { Notes } from './notes.ts';

/** `certainty (%)` is printed with one decimal at the most: this far apart, the two still say the same. */
const PERCENT_ROUNDING = 0.0051;

/** Where a node stands in its tree. */
export interface NodePlace {
  readonly modality: Modality;
  readonly node: string;
  readonly parent: string | null;
  readonly depth: number;
  readonly position: number;
  /** For notes: `video_metrics.` or `video_metrics.children[].`. */
  readonly prefix: string;
}

/** A value of `extra`: pairs, because keys come from strangers and `__proto__` must stay a key. */
export type ExtraEntries = [key: string, value: JsonValue][];

/** Decodes one node's own keys; `children` is the tree walk's business. */
export function decodeNode(
  place: NodePlace,
  value: JsonObject,
  classifier: Classifier,
  notes: Notes,
  more: ExtraEntries,
): MetricNode {
  const fields = new Fields(value, place.prefix, notes);
  const isRoot = place.parent === null;
  const scoreKey = isRoot && place.modality === 'audio' ? 'aggregated_score' : 'score';
  const extra: ExtraEntries = more;
  const score = fields.number(scoreKey);
  const label = readLabel(fields, extra);
  const assessed = classifier.isAssessed(score);
  const node = {
    modality: place.modality,
    node: place.node,
    parent: place.parent,
    depth: place.depth,
    position: place.position,
    type: fields.text('type'),
    label,
    verdict: label !== null && assessed ? classifier.verdictOf(label) : null,
    score,
    certainty: readCertainty(fields, isRoot && place.modality === 'audio', extra),
    timestampSeconds: fields.number('timestamp'),
  };
  for (const key of fields.misfits) extra.push([key, fields.raw(key)]);
  collectExtra(place, value, isRoot ? ROOT_COLUMNS[place.modality] : CHILD_COLUMNS, notes, extra);
  return { ...node, extra: extraJson(extra, notes) };
}

/** A child that is no object still is a row: what it was stands in `extra`. */
export function oddNode(place: NodePlace, value: JsonValue, notes: Notes): MetricNode {
  notes.coerced(place.prefix.slice(0, -1), 'child is not an object, kept in extra');
  return {
    modality: place.modality,
    node: place.node,
    parent: place.parent,
    depth: place.depth,
    position: place.position,
    type: null,
    label: null,
    verdict: null,
    score: null,
    certainty: null,
    timestampSeconds: null,
    extra: extraJson([['(value)', value]], notes),
  };
}

/** An empty label says as little as a missing one: neither decides anything. */
function readLabel(fields: Fields, extra: ExtraEntries): string | null {
  const label = fields.text('label') || null;
  const conclusion = fields.text('conclusion') || null;
  if (label !== null && conclusion !== null && label !== conclusion) extra.push(['conclusion', conclusion]);
  return label ?? conclusion;
}

function readCertainty(fields: Fields, isAudio: boolean, extra: ExtraEntries): number | null {
  const consistency = isAudio ? fields.number('consistency') : null;
  let certainty = fields.number('certainty');
  if (consistency !== null) {
    if (certainty !== null && certainty !== consistency) extra.push(['certainty', certainty]);
    certainty = consistency;
  }
  const percent = fields.raw('certainty (%)');
  if (percent === null) return certainty;
  const fraction = fractionFromPercent(percent);
  if (fraction !== undefined && certainty === null) return fraction;
  const agrees = fraction !== undefined && Math.abs(fraction - (certainty ?? 0)) <= PERCENT_ROUNDING;
  if (!agrees) extra.push(['certainty (%)', percent]);
  return certainty;
}

function collectExtra(
  place: NodePlace,
  value: JsonObject,
  columns: ReadonlySet<string>,
  notes: Notes,
  extra: ExtraEntries,
): void {
  for (const key of Object.keys(value)) {
    if (columns.has(key)) continue;
    const member = value[key] ?? null;
    if (KNOWN_WITHOUT_COLUMN.has(key)) {
      if (!isEmpty(member)) extra.push([key, member]);
      continue;
    }
    notes.unknownKey(place.prefix + key);
    extra.push([key, member]);
  }
}

/** Null, `""`, `[]` and `{}` say nothing that an empty cell does not say. */
export function isEmpty(value: JsonValue): boolean {
  if (value === null || value === '') return true;
  if (Array.isArray(value)) return value.length === 0;
  return isJsonObject(value) && Object.keys(value).length === 0;
}

function extraJson(entries: ExtraEntries, notes: Notes): string | null {
  if (entries.length === 0) return null;
  if (entries.some(([, value]) => holdsInexactNumber(value))) notes.inexactNumber();
  const members = entries.map(([key, value]) => `${JSON.stringify(key)}:${stringifyJson(value)}`);
  return summariseDataUris(`{${members.join(',')}}`);
}

function holdsInexactNumber(root: JsonValue): boolean {
  const stack: JsonValue[] = [root];
  for (let value = stack.pop(); value !== undefined; value = stack.pop()) {
    if (typeof value === 'number' && !isExactNumber(value)) return true;
    if (typeof value !== 'object' || value === null) continue;
    for (const member of Object.values(value)) stack.push(member);
  }
  return false;
}
