import { type Change, CHANGE_KINDS } from '../../../core/change.ts';
import type { Block, Cell } from '../../../core/report.ts';
import type { ReportedAmendment } from '../report-input.ts';
import type { ReportText } from '../text/en/index.ts';
import { NO_VALUE } from '../format.ts';
import {
  cell,
  countCell,
  definitions,
  heading,
  left,
  type Material,
  mono,
  muted,
  paragraph,
  right,
  table,
} from './parts.ts';

/** A comparison knows it only if both runs kept their snapshot. */
const OF_SNAPSHOTS = 'metric_nodes.label';
/** Columns whose values a row shows for both sides; others are only named. */
const SHOWN = ['status', 'verdict', 'verdict_score', 'file_deleted_at'];

/** The differences between the amended run and this one. */
export function amendment({ text }: Material, reported: ReportedAmendment): readonly Block[] {
  const say = text.amendment;
  const { amends, differences } = reported;
  const { counts, total, changes, columns } = differences;
  const [kind, meaning, detections] = say.countsColumns;
  const [id, created, what, before, now] = say.listColumns;
  return [
    { kind: 'notice', level: 'info', title: say.noticeTitle, text: say.notice(amends.report_id, total) },
    table(
      say.countsCaption,
      [left(kind, 1.2), left(meaning, 4), right(detections, 1)],
      [
        ...CHANGE_KINDS.map((one) => [cell(say.kinds[one][0]), cell(say.kinds[one][1]), countCell(counts[one])]),
        [{ text: say.total, strong: true }, cell(''), { ...countCell(total), strong: true }],
      ],
    ),
    heading(say.listCaption),
    table(
      say.listCaption,
      [left(id, 2.6), left(created, 1.7), left(what, 1.1), left(before, 1.8), left(now, 1.8)],
      changes.map((change) => rowOf(change, text)),
    ),
    ...(changes.length < total ? [muted(say.more(changes.length, total))] : []),
    definitions([[say.manifest, mono(amends.manifest_sha256)]]),
    columns.includes(OF_SNAPSHOTS) ? muted(say.basis) : paragraph(say.limited(columns)),
  ];
}

function rowOf({ uuid, created_at: created, kind, columns, before, after }: Change, text: ReportText): Cell[] {
  const say = text.amendment;
  const others = columns.filter((column) => !SHOWN.includes(column));
  return [
    mono(uuid),
    cell(created),
    { text: say.kinds[kind][0], ...(others.length === 0 ? {} : { sub: say.columns(others) }) },
    cell(sideText(before)),
    cell(sideText(after)),
  ];
}

/** `completed, fake, 0.91` */
function sideText(side: Change['before']): string {
  const values = SHOWN.flatMap((column) => (side !== null && Object.hasOwn(side, column) ? [side[column] ?? ''] : []));
  return values.length === 0 ? NO_VALUE : values.join(', ');
}
