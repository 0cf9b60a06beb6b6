import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/core/json.ts';
import { type Decoded, decodeAll } from './decoding.ts';
import { findLeaves } from './nothing-lost.ts';

const FIXTURES = new URL('../fixtures/api/', import.meta.url);

/** What is left out on purpose, written by hand: every path of the fixtures that has no place of its own, and why. */
const DELIBERATE: Readonly<Record<string, string>> = {
  // A percentage that repeats `certainty`, rounded.
  'video_metrics.children[].certainty (%)': 'agrees with certainty',
  'video_metrics.children[].children[].certainty (%)': 'agrees with certainty',
  'video_metrics.children[].children[].children[].certainty (%)': 'agrees with certainty',
  // Inline images: type, bytes and SHA-256 stand for them.
  'image_metrics.image': 'data: URI summarised in column',
  'image_metrics.ifl': 'data: URI summarised in extra',
};

/** Keys whose empty value (null, "", [] or {}) is an empty cell. */
const EMPTY = [
  'audio_source_tracing',
  'audio_source_tracing.error_message',
  'audio_url',
  'error_message',
  'file_deleted_at',
  'image_metrics',
  'image_metrics.children',
  'image_metrics.image',
  'intelligence',
  'metrics',
  'metrics.image',
  'url',
  'video_metrics',
  'video_metrics.children[].children',
  'video_metrics.treeview',
];

interface Case {
  readonly item: JsonObject;
  readonly decoded: Decoded;
}

function casesOf(file: string): Case[] {
  const bytes = readFileSync(new URL(file, FIXTURES));
  const { items } = JSON.parse(bytes.toString('utf8')) as { items: JsonObject[] };
  const decoded = decodeAll(bytes);
  return items.map((item, index) => {
    const found = decoded[index];
    if (found === undefined) throw new Error(`item ${index} was not decoded`);
    return { item, decoded: found };
  });
}

const withoutIndices = (path: string) => path.replaceAll(/\[\d+\]/g, '[]');

describe('nothing of any item is lost', () => {
  const cases = ['documented-example.json', 'observed-shapes.json'].flatMap(casesOf);
  const findings = cases.flatMap(({ item, decoded }) => findLeaves(item, decoded));

  it('has every leaf in a column, in extra, in a row, or on the list of what is left out on purpose', () => {
    expect(cases).toHaveLength(17);
    expect(findings.length).toBeGreaterThan(300);
    const places = new Set(['column', 'extra', 'row']);
    const unplaced = findings.filter(({ where }) => !places.has(where) && where !== 'empty');
    const seen = new Map(unplaced.map(({ path, where }) => [withoutIndices(path), where]));
    expect(Object.fromEntries(seen)).toEqual(DELIBERATE);
  });

  it('has empty cells only where the item said nothing', () => {
    const empty = new Set(findings.filter(({ where }) => where === 'empty').map(({ path }) => withoutIndices(path)));
    expect([...empty].sort()).toEqual(EMPTY);
  });

  it('keeps what has no column in extra', () => {
    const inExtra = findings.filter(({ where }) => where === 'extra').map(({ path }) => withoutIndices(path));
    expect([...new Set(inExtra)].sort()).toEqual([
      'image_metrics.children[].description',
      'image_metrics.ifl',
      'image_metrics.reverse_image_search_sources',
      'media_deleted',
      'media_redacted',
      'metrics.duration',
      'video_metrics.children[].description',
      'video_metrics.children[].patch_type',
      'video_metrics.children[].posterior',
      'video_metrics.children[].violations',
      'video_metrics.posterior',
      'video_metrics.treeview',
    ]);
  });

  it('would notice a loss anywhere: control', () => {
    expect(cases.flatMap(({ item, decoded }) => lostOf(item, decoded))).toEqual([]);
    const damages = cases.flatMap(({ item, decoded }) => damagesTo(decoded).map((damage) => ({ item, ...damage })));
    expect(damages.length).toBeGreaterThan(250);
    const unnoticed = damages.filter(({ item, damaged }) => lostOf(item, damaged).length === 0);
    expect(unnoticed.map(({ what }) => what)).toEqual([]);
  });
});

function lostOf(item: JsonObject, decoded: Decoded): string[] {
  return findLeaves(item, decoded).flatMap(({ path, where }) => (where === 'lost' ? [path] : []));
}

interface Damage {
  readonly what: string;
  readonly damaged: Decoded;
}

/** The same rows with one thing missing: a cell that holds a value of the item, a node, a chunk. */
function damagesTo(decoded: Decoded): Damage[] {
  const { row, nodes, chunks } = decoded;
  const damages: Damage[] = [];
  for (const name of FROM_ITEM.filter((column) => row[column] !== null)) {
    damages.push({ what: name, damaged: { ...decoded, row: { ...row, [name]: null } } });
  }
  for (const [index, node] of nodes.entries()) {
    const what = String(node['node']);
    damages.push({ what, damaged: { ...decoded, nodes: nodes.toSpliced(index, 1) } });
    for (const name of FROM_NODE.filter((column) => node[column] !== null)) {
      const blank = nodes.with(index, { ...node, [name]: null });
      damages.push({ what: `${what} ${name}`, damaged: { ...decoded, nodes: blank } });
    }
  }
  if (chunks.length > 0) damages.push({ what: 'chunk', damaged: { ...decoded, chunks: chunks.slice(1) } });
  return damages;
}

/** Columns that hold one value of the item; the others are counted, computed or judged. */
const FROM_ITEM = (
  'uuid created_at updated_at media_type audio_label audio_score audio_consistency image_type image_label image_score ' +
  'video_label video_score video_certainty source_tracing_label source_tracing_error duration_seconds filename ' +
  'zero_retention_mode file_deleted_at error_message visualize audio_source_tracing_enabled use_ood_detector pipeline ' +
  'url audio_url audio_heatmap image_heatmap intelligence extra_params extra modality c2pa_state'
).split(' ');
const FROM_NODE = ['type', 'label', 'score', 'certainty', 'timestamp_seconds', 'extra'];
