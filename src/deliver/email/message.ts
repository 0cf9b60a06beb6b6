import { READ_TWICE, standsOnRecord } from '../../core/certificate.ts';
import { periodName } from '../../core/period.ts';
import { complianceStamp, readingText, type Remark, remarksOf } from '../../core/run-remarks.ts';
import { terminalSafe } from '../../core/text.ts';
import type { DeliverableFile, DeliverableRun, RunSummary } from '../destination.ts';
import { readSealed } from '../sealed-file.ts';
import type { EmailSettings } from './settings.ts';

export interface Attachment {
  /** Its name in the run's folder. */
  readonly filename: string;
  readonly content: Buffer;
  readonly contentType: string;
}

export interface Enclosed {
  readonly attachments: readonly Attachment[];
  /** Which files are not attached, and why. */
  readonly remarks: readonly string[];
}

const MB = 1_000_000;

/** The files to attach; none if they are too large together. Throws `DeliveryError` (`unreadable`). */
export async function enclose(run: DeliverableRun, settings: EmailSettings): Promise<Enclosed> {
  const files = settings.attach.flatMap((name) => run.files.filter((file) => file.name === name));
  const missing = settings.attach.filter((name) => !files.some((file) => file.name === name));
  const remarks =
    missing.length === 0 ? [] : [`Not attached, because this run has no such file: ${missing.join(', ')}.`];
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  const sentBytes = files.reduce((sum, file) => sum + base64Bytes(file.bytes), 0);
  if (sentBytes > settings.max_attachments_mb * MB) {
    const limit = `(limit ${settings.max_attachments_mb} MB)`;
    const asSent = bytes > settings.max_attachments_mb * MB ? '' : `, ${megabytes(sentBytes)} as e-mail sends them,`;
    const names = files.map(({ name }) => name);
    return {
      attachments: [],
      remarks: [leftOut(run, names, `because together they have ${megabytes(bytes)}${asSent} ${limit}`), ...remarks],
    };
  }
  const attachments: Attachment[] = [];
  for (const file of files) attachments.push(await attachmentOf(file));
  return { attachments, remarks };
}

/** A notice: which files a reader does not get, why, and the links to them. */
export function leftOut(run: DeliverableRun, names: readonly string[], why: string): string {
  const where = run.summary.links.length > 0 ? 'at the address below' : `in the folder ${run.folder}`;
  return `Not attached, ${why}: ${names.join(', ')}. Find them ${where}.`;
}

/** Size in an e-mail: base64 in lines of 76 characters and a line break (RFC 2045 section 6.8). */
function base64Bytes(bytes: number): number {
  return Math.ceil(bytes / 57) * 78;
}

function megabytes(bytes: number): string {
  return `${(bytes / MB).toFixed(1)} MB`;
}

async function attachmentOf(file: DeliverableFile): Promise<Attachment> {
  return { filename: file.name, content: await readSealed(file), contentType: file.mediaType };
}

/** `acme_2024-01.pdf`: files of many months and teams meet in one mailbox. The run's name without an organisation. */
export function attachmentName({ name: run, summary }: DeliverableRun, file: string): string {
  const owner = (summary.organisation ?? '')
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '')
    .slice(0, 40);
  const base = owner === '' ? run : `${owner}${run.slice(summary.template.length)}`;
  return file.startsWith('report.') ? `${base}${file.slice('report'.length)}` : `${base}_${file}`;
}

export interface Message {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/** `notices` are about this e-mail, e.g. why a file is not attached; `attached` names the files that are. */
export function composeMessage(
  run: DeliverableRun,
  settings: Pick<EmailSettings, 'subject'>,
  notices: readonly string[],
  attached: readonly string[] = [],
): Message {
  const { summary } = run;
  const { period } = summary;
  const remarks = remarksOf({
    ...summary,
    label: period.label,
    previousDetections: summary.previous?.in_period ?? null,
  });
  const crossed = summary.thresholds.filter((threshold) => threshold.crossed);
  const heading = [summary.organisation, settings.subject ?? summary.title, periodName(period.label)]
    .filter((part) => part !== null)
    .join(', ');
  const subject = oneLine(`[${stampsOf(summary).join(', ')}] ${heading}`);
  const lines = (isWarning: boolean): string[] =>
    remarks.filter((one) => one.isWarning === isWarning).map(({ about, text }) => `${REMARKED[about]}: ${text}.`);
  const reading = readingText(summary.completeness);
  const actions = [
    ...(summary.completeness.verdict === 'unproven' ? [`Reading: ${reading}.`] : []),
    ...lines(true),
    ...crossed.map(({ condition, text }) => `Threshold crossed: ${condition} (it is ${text}).`),
  ];
  const rows = figures(summary);
  const paragraphs = [
    `${heading} (${period.timezone}).`,
    `${reading.slice(0, 1).toUpperCase()}${reading.slice(1)}.`,
    ...(actions.length === 0 ? ['Nothing needs action.'] : ['What needs action:', ...actions]),
    ...lines(false),
    ...(summary.amends === null ? [] : [`This run amends the report ${summary.amends}.`]),
    ...(attached.length === 0 ? [] : [`Attached: ${attached.join(', ')}.`]),
    ...notices,
  ].map(oneLine);
  const evidence = [
    ...summary.links.map((link) => `Kept at: ${link}`),
    `Report ${summary.report_id}, run ${summary.run}, list read until ${summary.as_of.slice(0, 16).replace('T', ' ')} UTC.`,
    `SHA-256 of manifest.json: ${summary.manifest_sha256}`,
  ].map(oneLine);
  return { subject, text: plainText(paragraphs, rows, evidence), html: page(subject, paragraphs, rows, evidence) };
}

const REMARKED: Readonly<Record<Remark['about'], string>> = {
  compliance: 'Compliance',
  retention: 'Zero retention',
  undated: 'Undated',
  empty: 'Empty period',
};

/** What a reader must know before any figure: what may be missing, then compliance; `COMPLETE` if there is nothing. */
export function stampsOf(summary: RunSummary): string[] {
  const { completeness, population, finished, previous, compliance, thresholds } = summary;
  const { verdict } = completeness;
  const amendment = /\.amendment-(\d+)$/.exec(summary.run)?.[1];
  const met = complianceStamp(compliance);
  const crossed = thresholds.filter((one) => one.crossed).length;
  const stamps = [
    ...(verdict === 'unproven' ? ['INCOMPLETE'] : verdict === 'converged' ? ['CONVERGED'] : []),
    ...(standsOnRecord(completeness) ? [READ_TWICE] : []),
    ...(finished || verdict === 'unproven' ? [] : ['PRELIMINARY']),
    ...(amendment === undefined ? [] : [`AMENDMENT ${amendment}`]),
    ...(summary.generated ? ['GENERATED DATA'] : []),
    ...(population.undated === 0 ? [] : [`${count(population.undated)} UNDATED`]),
    ...(population.in_period === 0 && (previous?.in_period ?? 0) > 0 ? ['EMPTY PERIOD'] : []),
    ...(met === null ? [] : [met]),
    ...(crossed === 0 ? [] : [`THRESHOLD${crossed === 1 ? '' : 'S'} CROSSED`]),
  ];
  return stamps.length === 0 ? ['COMPLETE'] : stamps;
}

type Row = readonly [label: string, value: string];

/** The four figures of the report's first page, then the rest. */
function figures({ population, verdicts, fake_rate: rate, retention, previous }: RunSummary): Row[] {
  const before = (value: string | null): string => (value === null ? '' : ` (before: ${value})`);
  const counted = (value: number | null): string | null => (value === null ? null : count(value));
  const { value, low, high } = rate;
  const interval = low === null || high === null ? '' : `, 95 % interval ${percent(low)} to ${percent(high)}`;
  const last = previous?.fake_rate ?? null;
  return [
    ['Detections', `${count(population.in_period)}${before(counted(previous?.in_period ?? null))}`],
    [
      'Fake rate',
      value === null
        ? 'no detection is decided'
        : `${percent(value)} of ${count(rate.of)} decided${interval}${before(last === null ? null : percent(last))}`,
    ],
    ['Indeterminate', `${count(verdicts.indeterminate)}${before(counted(previous?.indeterminate ?? null))}`],
    ['Not deleted', `${count(retention.not_deleted)} of ${count(retention.zero_retention)} under zero retention`],
    ['Fake', count(verdicts.fake)],
    ['Real', count(verdicts.real)],
    ['Failed', count(population.failed)],
    ['Still processing', count(population.processing)],
    ...(population.undated === 0 ? [] : [['Without a creation time', count(population.undated)] as const]),
  ];
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

function plainText(paragraphs: readonly string[], rows: readonly Row[], evidence: readonly string[]): string {
  const width = Math.max(...rows.map(([label]) => label.length));
  return [
    ...paragraphs.flatMap((paragraph) => [paragraph, '']),
    ...rows.map(([label, value]) => `${`${label}:`.padEnd(width + 2)}${value}`),
    '',
    ...evidence,
    '',
  ].join('\n');
}

function page(title: string, paragraphs: readonly string[], rows: readonly Row[], evidence: readonly string[]): string {
  const cell = 'padding:2px 16px 2px 0;text-align:left;font-weight:normal';
  return [
    '<!DOCTYPE html>',
    `<html lang="en"><head><meta charset="utf-8"><title>${escape(title)}</title></head>`,
    '<body style="font:14px/1.5 sans-serif;color:#1b1f24">',
    ...paragraphs.map((paragraph) => `<p>${escape(paragraph)}</p>`),
    '<table>',
    ...rows.map(
      ([label, value]) => `<tr><th scope="row" style="${cell}">${escape(label)}</th><td>${escape(value)}</td></tr>`,
    ),
    '</table>',
    `<p style="color:#57606a">${evidence.map(escape).join('<br>')}</p>`,
    '</body></html>',
    '',
  ].join('\n');
}

/** `1,234`, the same in every locale. */
function count(value: number): string {
  return String(value).replaceAll(/\B(?=(?:\d{3})+$)/g, ',');
}

/** Titles and links come from operators, and reasons may quote uploaders: none may begin a new line or header. */
function oneLine(text: string): string {
  return terminalSafe(text.replaceAll(/\s+/g, ' ').trim());
}

function escape(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}
