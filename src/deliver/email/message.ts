import { READ_TWICE, standsOnRecord } from '../../core/certificate.ts';
import { type Remark, remarksOf } from '../../core/run-remarks.ts';
import { terminalSafe } from '../../core/text.ts';
import type { DeliverableFile, DeliverableRun, RunSummary } from '../destination.ts';
import { readSealed } from '../sealed-file.ts';
import type { EmailSettings } from './settings.ts';

export interface Attachment {
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

export interface Message {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/** The report's own stamp: the reader first needs to know if anything can be missing. */
const STAMPS: Readonly<Record<RunSummary['completeness']['verdict'], string>> = {
  proven: 'COMPLETE',
  converged: 'CONVERGED',
  unproven: 'INCOMPLETE',
};

/** `notices` are about this e-mail, e.g. why a file is not attached. */
export function composeMessage(run: DeliverableRun, settings: EmailSettings, notices: readonly string[]): Message {
  const { summary } = run;
  const { verdicts, period, completeness } = summary;
  const remarks = remarksOf({
    ...summary,
    label: period.label,
    previousDetections: summary.previous?.in_period ?? null,
  });
  const stamp = stampOf(summary);
  const crossed = summary.thresholds.filter((threshold) => threshold.crossed);
  const alert = crossed.length === 0 ? '' : ` [THRESHOLD${crossed.length === 1 ? '' : 'S'} CROSSED]`;
  const title = settings.subject ?? summary.title;
  const subject = oneLine(`[${stamp}]${alert} ${title} ${period.label}: ${count(verdicts.fake)} fake`);
  const rows = figures(summary);
  const paragraphs = [
    `${title}, ${period.label} (${period.timezone}).`,
    `${stamp}: ${completeness.reason}`,
    ...crossed.map(({ condition, value }) => `Threshold crossed: ${condition} (it is ${value ?? 'unknown'}).`),
    ...(summary.amends === null ? [] : [`This run amends the report ${summary.amends}.`]),
    ...remarks.map(({ about, text }) => `${REMARKED[about]}: ${text}.`),
    ...notices,
  ].map(oneLine);
  const evidence = [
    ...summary.links.map((link) => `Kept at: ${link}`),
    `Report ${summary.report_id}, run ${summary.run}.`,
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

/** Whether anything can be missing from the figures, and why; comes before any figure. */
function stampOf({ completeness, population, finished, previous }: RunSummary): string {
  const { verdict } = completeness;
  const read = standsOnRecord(completeness) ? READ_TWICE : STAMPS[verdict];
  return [
    finished || verdict === 'unproven' ? read : 'PRELIMINARY',
    ...(population.undated === 0 ? [] : [`${count(population.undated)} UNDATED`]),
    ...(population.in_period === 0 && (previous?.in_period ?? 0) > 0 ? ['EMPTY PERIOD'] : []),
  ].join(', ');
}

type Row = readonly [label: string, value: string];

function figures({ population, verdicts, fake_rate }: RunSummary): Row[] {
  const { value } = fake_rate;
  return [
    ['Detections in the period', count(population.in_period)],
    [
      'Fake',
      `${count(verdicts.fake)}${value === null ? '' : ` (${(value * 100).toFixed(1)} % of ${count(fake_rate.of)} decided)`}`,
    ],
    ['Real', count(verdicts.real)],
    ['Indeterminate', count(verdicts.indeterminate)],
    ['Failed', count(population.failed)],
    ['Still processing', count(population.processing)],
    ...(population.undated === 0 ? [] : [['Without a creation time', count(population.undated)] as const]),
  ];
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
