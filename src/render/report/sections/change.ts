import { MODALITIES, type Modality } from '../../../core/policy.ts';
import type { Period } from '../../../core/period.ts';
import { type Change, CHANGE_KINDS, type PreviousFacts, type PreviousFigures } from '../../../core/previous-run.ts';
import type { Block, Cell } from '../../../core/report.ts';
import { type Rate, type Statistics, totalOf } from '../../../core/statistics.ts';
import { NO_VALUE } from '../format.ts';
import {
  cell,
  countCell,
  daysOfPeriod,
  definitions,
  heading,
  left,
  type Material,
  mono,
  muted,
  notice,
  paragraph,
  right,
  type SectionBuilder,
  shownIf,
  step,
  table,
} from './parts.ts';
import type { ReportInput } from '../report-input.ts';
import type { Neighbourhood } from '../text/en/change.ts';
import type { ReportText } from '../text/en/index.ts';
import { trendCharts } from './trend-charts.ts';

/** A comparison knows it only if both runs kept their snapshot. */
const OF_SNAPSHOTS = 'metric_nodes.label';
/** Columns whose values a row shows for both sides; others are only named. */
const SHOWN = ['status', 'verdict', 'verdict_score', 'file_deleted_at'];

export function amendment({ input: { amendment: reported = null }, text }: Material): readonly Block[] {
  if (reported === null) return [];
  const say = text.amendment;
  const { amends, differences } = reported;
  const { counts, total, changes, columns } = differences;
  const [kind, meaning, detections] = say.countsColumns;
  const [id, created, what, before, now] = say.listColumns;
  return [
    notice('info', say.noticeTitle, say.notice(amends.report_id, total)),
    table(
      say.countsCaption,
      [left(kind, 1.2), left(meaning, 4), right(detections, 1)],
      [
        ...CHANGE_KINDS.map((one) => [cell(say.kinds[one][0]), cell(say.kinds[one][1]), countCell(counts[one], text)]),
        [{ text: say.total, strong: true }, cell(''), { ...cell(text.format.integer(total)), strong: true }],
      ],
    ),
    heading(say.listCaption),
    table(
      say.listCaption,
      [left(id, 3), left(created, 1.6), left(what, 1.1), left(before, 1.8), left(now, 1.8)],
      changes.map((change) => rowOf(change, text)),
    ),
    ...shownIf(changes.length < total, muted(say.more(changes.length, total))),
    definitions([[say.manifest, mono(amends.manifest_sha256)]]),
    columns.includes(OF_SNAPSHOTS) ? muted(say.basis) : paragraph(say.limited(columns)),
  ];
}

function rowOf({ uuid, created_at: created, kind, columns, before, after }: Change, text: ReportText): Cell[] {
  const say = text.amendment;
  const others = columns.filter((column) => !SHOWN.includes(column));
  return [
    mono(uuid),
    cell(created.replace(/^(.{10})T(.{8})\.\d+Z$/, '$1 $2')),
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

/** The run before with its figures; `comparable` if both runs read labels by the same rule. Null if none is known. */
export function previousOf({ previous, history = [], policySha256 }: ReportInput) {
  const figures = previous?.figures;
  if (figures === undefined) return null;
  const entry = history.find(({ report_id: id }) => id === previous?.report_id);
  const { not_deleted: notDeleted = null, period = null } = entry ?? {};
  return { figures, notDeleted, period, comparable: figures.policy_sha256 === policySha256 };
}

/** The organisation's words, the months before, and the differences from the last of them. */
export const change: SectionBuilder = (material) => {
  const { input, text } = material;
  const { comment, notes = [] } = input.template;
  const say = text.change;
  const blocks = [
    ...(comment === undefined ? [] : [heading(say.comment), ...comment.split(/\n\s*\n/).map(paragraph)]),
    ...trend(material),
    ...shownIf(
      notes.length > 0,
      heading(say.notes),
      definitions(notes.map((note) => [text.format.dayText(note.date), cell(note.text)] as const)),
    ),
    ...comparison(material),
  ];
  return blocks.length === 0 ? [paragraph(say.none)] : blocks;
};

function comparison(material: Material): Block[] {
  const { input, text } = material;
  const say = text.change;
  const previous = input.previous ?? null;
  if (previous === null) return [];
  const { figures } = previous;
  if (figures === undefined) return [paragraph(say.noFigures(previous.report_id))];
  const days = daysOfPeriod(previous.period, text);
  const comparable = figures.policy_sha256 === input.policySha256;
  return [
    heading(say.title),
    paragraph(say.lead(previous.report_id, days, neighbourhood(previous.period, input.period))),
    ...cautions(material, previous, figures, comparable),
    figuresTable(material, figures, comparable),
    ...(comparable ? [paragraph(rateText(material, figures.fake_rate, input.statistics.fake_rate))] : []),
  ];
}

const DAY_MS = 86_400_000;
const VERDICTS = ['fake', 'real', 'indeterminate'] as const;

type Days = Pick<Period, 'from' | 'to' | 'timezone'>;

function neighbourhood(before: Days, now: Days): Neighbourhood {
  if (before.from === now.from && before.to === now.to && before.timezone === now.timezone) return 'same';
  if (before.from === null || before.to === null || now.from === null || now.to === null) return 'open';
  if (before.to === now.from) return before.timezone === now.timezone ? 'adjacent' : 'overlap';
  if (before.to < now.from) return 'gap';
  return before.from >= now.to ? 'later' : 'overlap';
}

/** What a reader must know before comparing the numbers. */
function cautions(material: Material, previous: PreviousFacts, figures: PreviousFigures, comparable: boolean): Block[] {
  const { input, text } = material;
  const say = text.change;
  const [before, now] = [lengthOf(previous.period), lengthOf(input.period)];
  const { template, certificate } = input;
  const blocks: Block[] = [];
  if (!comparable) blocks.push(notice('warning', say.policiesTitle, say.policies));
  else if (figures.template.sha256 !== template.sha256) {
    blocks.push(paragraph(say.templates(figures.template.name, template.name)));
  }
  const open = [figures.completeness, certificate.verdict].map((verdict) => verdict !== 'proven');
  if (open.includes(true)) {
    blocks.push(notice('warning', say.incompleteTitle, say.incomplete(open[0] === true, open[1] === true)));
  }
  if (before !== null && now !== null && before !== now) blocks.push(paragraph(say.lengths(before, now)));
  return blocks;
}

function lengthOf({ from, to }: Days): number | null {
  return from === null || to === null ? null : (Date.parse(to) - Date.parse(from)) / DAY_MS;
}

function figuresTable({ input, text }: Material, before: PreviousFigures, comparable: boolean): Block {
  const say = text.change;
  const { population, verdicts, fake_rate: rate } = input.statistics;
  const media = mediaOf(input.statistics);
  const { audio, image, video } = before.media;
  const otherBefore = before.in_period - audio - image - video;
  const otherNow = population.in_period - media.audio - media.image - media.video;
  const line = (depth: number, name: string, one: number, other: number): Cell[] =>
    step(depth, name, text.format.integer(one), text.format.integer(other), say.difference(one, other));
  return table(
    say.title,
    [left(say.columns[0], 2.4), right(say.columns[1], 1), right(say.columns[2], 1), right(say.columns[3], 1.6)],
    [
      line(0, say.rows.detections, before.in_period, population.in_period),
      ...MODALITIES.map((medium) => line(1, say.rows[medium], before.media[medium], media[medium])),
      ...(otherBefore + otherNow === 0 ? [] : [line(1, say.rows.other, otherBefore, otherNow)]),
      line(0, say.rows.failed, before.status.failed, population.failed),
      line(0, say.rows.processing, before.status.processing, population.processing),
      line(0, say.rows.completed, before.status.completed, population.completed),
      ...(comparable ? ([...VERDICTS, 'rate'] as const) : []).map((name) =>
        name === 'rate'
          ? rateLine(text, before.fake_rate, rate)
          : line(1, say.rows[name], before.verdicts[name], verdicts[name]),
      ),
    ],
  );
}

function rateLine({ change: say, format }: ReportText, before: Rate, now: Rate): Cell[] {
  const difference = before.value === null || now.value === null ? NO_VALUE : say.points(before.value, now.value);
  const cells = [say.rows.rate, format.percent(before.value), format.percent(now.value), difference];
  return cells.map((text) => ({ text, strong: true }));
}

function rateText({ text }: Material, before: Rate, now: Rate): string {
  const say = text.change;
  if (before.value === null || now.value === null) return say.noRate;
  const words = (rate: Rate): readonly [string, string, string] => [
    text.format.percent(rate.value),
    text.format.percent(rate.low),
    text.format.percent(rate.high),
  ];
  const overlap = (before.low ?? 0) <= (now.high ?? 1) && (now.low ?? 0) <= (before.high ?? 1);
  return say.rate(words(before), words(now), overlap);
}

function mediaOf({ by_media_type: media }: Statistics): Record<Modality, number> {
  const total = (type: Modality): number => (media[type] === undefined ? 0 : totalOf(media[type]));
  return { audio: total('audio'), image: total('image'), video: total('video') };
}

export function trend({ input, text }: Material): Block[] {
  const { history = [], statistics, period, certificate } = input;
  const say = text.change.trend;
  if (history.length === 0) return [];
  const now = { ...statistics.verdicts, fake_rate: statistics.fake_rate, period: period.label, amended: false };
  const marks = history.filter(
    ({ policy_sha256: policy, completeness, amended }) =>
      amended || completeness !== 'proven' || policy !== input.policySha256,
  );
  const said = marks.map((one) => ({
    name: one.period,
    amended: one.amended,
    incomplete: one.completeness !== 'proven',
    otherPolicy: one.policy_sha256 !== input.policySha256,
  }));
  const isSound = marks.length === 0 && certificate.verdict === 'proven';
  return [...trendCharts([...history, now], text), ...shownIf(!isSound, muted(say.basis(said)))];
}
