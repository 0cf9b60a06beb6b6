import type { Block } from '../../../core/report.ts';
import { unknownLabels } from '../indicators.ts';
import { writtenBy } from '../replay-command.ts';
import {
  cell,
  countCell,
  countTable,
  moreOf,
  left,
  type Material,
  muted,
  paragraph,
  right,
  type SectionBuilder,
  table,
} from './parts.ts';

const MOST_ROWS = 10;

export const quality: SectionBuilder = (material) => {
  const { input, text } = material;
  const say = text.evidence.quality;
  const written = writtenBy(input);
  const lists = [
    ...labels(material),
    ...counts(material, say.unknownKeys, say.columns.key, Object.entries(input.statistics.unknown_keys)),
    ...counts(material, say.coercions, say.columns.what, Object.entries(input.statistics.coercions)),
    ...counts(material, say.withheld, say.columns.key, Object.entries(input.statistics.withheld)),
  ];
  const changed = counts(material, say.changedCells, say.columns.reason, changedCells(input.changedCells));
  const kept = written.extraFields ? 'tables' : written.snapshot ? 'snapshot' : 'nowhere';
  const clean = paragraph(say.clean(input.statistics.population));
  return [
    paragraph(say.intro(kept, (input.withheldCells ?? 0) > 0)),
    ...(lists.length === 0 ? [clean] : lists),
    ...changed,
    ...(changed.length === 0 ? [] : [muted(say.changedWhy(written.snapshot))]),
    ...latency(material),
  ];
};

/** Upper bound of a detection's processing time, if times give one. */
function latency({ input, text }: Material): Block[] {
  const say = text.evidence.latency;
  const { latency_seconds: times, population } = input.statistics;
  if (population.in_period === 0) return [];
  return [paragraph(times.count === 0 ? say.none : say.times(times))];
}

function labels({ input, text }: Material): Block[] {
  const say = text.evidence.quality;
  const found = unknownLabels(input.statistics, input.template.policy);
  if (found.length === 0) return [];
  return [
    table(
      say.unknownLabels,
      [left(say.columns.label, 4), left(say.columns.modality, 1), right(say.columns.detections, 1)],
      found
        .slice(0, MOST_ROWS)
        .map(({ label, modality, count: times }) => [
          cell(label === '' ? text.results.emptyName : label),
          cell(text.results.scores.modality[modality]),
          countCell(times, text),
        ]),
    ),
    ...moreOf(found.length - MOST_ROWS, text),
  ];
}

function changedCells(byFormat: Material['input']['changedCells']): [string, number][] {
  return Object.entries(byFormat).flatMap(([format, reasons]) =>
    Object.entries(reasons).map(([reason, cells]): [string, number] => [`${format}: ${reason}`, cells]),
  );
}

function counts(
  { text }: Material,
  title: string,
  column: string,
  entries: readonly (readonly [string, number])[],
): Block[] {
  if (entries.length === 0) return [];
  return countTable(text, title, [column, text.evidence.quality.columns.detections], entries, MOST_ROWS);
}
