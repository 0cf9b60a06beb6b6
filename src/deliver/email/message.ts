import * as z from 'zod';
import { standsOnRecord } from '../../core/certificate.ts';
import { complianceStamp, readingText, remarksOf } from '../../core/run-remarks.ts';
import { escapeMarkup, groupDigits, terminalSafe } from '../../core/text.ts';
import type { DeliverableRun, RunSummary } from '../destination.ts';
import { readSealed } from '../run-files.ts';
import { isWholeLogin, LOGIN_PROBLEM, MAIL_KEYS } from '../smtp.ts';
import { MAIL_WORDS, type MailWords } from './words.ts';

export const EMAIL_SETTINGS = z
  .strictObject({
    kind: z.literal('email'),
    ...MAIL_KEYS,
    subject: z
      .string()
      .min(1)
      .max(150)
      .optional()
      .meta({ description: 'Replaces the title in the subject; stamps come before it, the period after it' }),
    attach: z
      .array(z.string().regex(/^[\w][\w.-]{0,99}$/, { error: 'that is not the name of a file of a run.' }))
      .max(20)
      .default(['report.pdf', 'report.xlsx'])
      .meta({ description: 'Files to attach; those that the run does not have are left out' }),
    max_attachments_mb: z.number().min(0).max(100).default(10).meta({
      description:
        'Largest size of all attachments together, encoded (10^6 bytes); if they are larger, only the summary is sent, and says so',
    }),
  })
  .refine(isWholeLogin, LOGIN_PROBLEM)
  .meta({ description: 'The summary by e-mail, with the report attached if it is small enough' });

export type EmailSettings = z.output<typeof EMAIL_SETTINGS>;

interface Attachment {
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
  const say = MAIL_WORDS[run.summary.language];
  const remarks = missing.length === 0 ? [] : [say.noSuchFile(missing.join(', '))];
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  const sentBytes = files.reduce((sum, file) => sum + base64Bytes(file.bytes), 0);
  if (sentBytes > settings.max_attachments_mb * MB) {
    const asSent = bytes > settings.max_attachments_mb * MB ? null : megabytes(sentBytes);
    const why = say.tooLarge(megabytes(bytes), asSent, `${settings.max_attachments_mb} MB`);
    const names = files.map(({ name }) => name);
    return { attachments: [], remarks: [leftOut(run, names, why), ...remarks] };
  }
  const attachments: Attachment[] = [];
  for (const file of files) {
    attachments.push({ filename: file.name, content: await readSealed(file), contentType: file.mediaType });
  }
  return { attachments, remarks };
}

/** A notice: which files a reader does not get, why, and the links to them. */
export function leftOut(run: DeliverableRun, names: readonly string[], why: string): string {
  const say = MAIL_WORDS[run.summary.language];
  return say.leftOut(names.join(', '), why, run.summary.links.length > 0 ? say.atLink : say.inFolder(run.folder));
}

/** Size in an e-mail: base64 in lines of 76 characters and a line break (RFC 2045 section 6.8). */
function base64Bytes(bytes: number): number {
  return Math.ceil(bytes / 57) * 78;
}

function megabytes(bytes: number): string {
  return `${(bytes / MB).toFixed(1)} MB`;
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

/** `notices` are about this e-mail, e.g. why a file is not attached; `attached` names the files that are. */
export function composeMessage(
  run: DeliverableRun,
  settings: Pick<EmailSettings, 'subject'>,
  notices: readonly string[],
  attached: readonly string[] = [],
) {
  const { summary } = run;
  const { period, language } = summary;
  const say = MAIL_WORDS[language];
  const previousDetections = summary.previous?.in_period ?? null;
  const remarks = remarksOf({ ...summary, label: period.label, previousDetections }, language);
  const crossed = summary.thresholds.filter((threshold) => threshold.crossed);
  const heading = [summary.organisation, settings.subject ?? summary.title, say.period(period.label)]
    .filter((part) => part !== null)
    .join(', ');
  const subject = oneLine(`[${stampsOf(summary).join(', ')}] ${heading}`);
  const lines = (isWarning: boolean): string[] =>
    remarks.filter((one) => one.isWarning === isWarning).map(({ about, text }) => `${say.about[about]}: ${text}.`);
  const reading = readingText(summary.completeness, language);
  const actions = [
    ...(summary.completeness.verdict === 'unproven' ? [`${say.reading}: ${reading}.`] : []),
    ...lines(true),
    ...crossed.map(({ condition, text }) => say.crossed(condition, text)),
  ];
  const rows = figures(summary, say);
  const paragraphs = [
    `${heading} (${period.timezone}).`,
    `${reading.slice(0, 1).toUpperCase()}${reading.slice(1)}.`,
    ...(actions.length === 0 ? [say.nothing] : [say.actions, ...actions]),
    ...lines(false),
    ...(summary.amends === null ? [] : [say.amends(summary.amends)]),
    ...(attached.length === 0 ? [] : [say.attached(attached.join(', '))]),
    ...notices,
  ].map(oneLine);
  const evidence = [
    ...summary.links.map(say.keptAt),
    say.evidence(summary.report_id, summary.run, summary.as_of.slice(0, 16).replace('T', ' ')),
    say.manifest(summary.manifest_sha256),
  ].map(oneLine);
  return {
    subject,
    text: plainText(paragraphs, rows, evidence),
    html: page(subject, say.language, paragraphs, rows, evidence),
  };
}

/** What a reader must know before any figure: what may be missing, then compliance; `COMPLETE` if there is nothing. */
export function stampsOf(summary: RunSummary): string[] {
  const { completeness, population, finished, previous, compliance, thresholds, language } = summary;
  const { stamps: say, separator } = MAIL_WORDS[language];
  const { verdict } = completeness;
  const amendment = /\.amendment-(\d+)$/.exec(summary.run)?.[1];
  const met = complianceStamp(compliance, language);
  const crossed = thresholds.filter((one) => one.crossed).length;
  const stamps = [
    ...(verdict === 'unproven' ? [say.unproven] : verdict === 'converged' ? [say.converged] : []),
    ...(standsOnRecord(completeness) ? [say.readTwice] : []),
    ...(finished || verdict === 'unproven' ? [] : [say.preliminary]),
    ...(amendment === undefined ? [] : [say.amendment(amendment)]),
    ...(summary.generated ? [say.generated] : []),
    ...(population.undated === 0 ? [] : [say.undated(groupDigits(population.undated, separator))]),
    ...(population.in_period === 0 && (previous?.in_period ?? 0) > 0 ? [say.empty] : []),
    ...(met === null ? [] : [met]),
    ...(crossed === 0 ? [] : [say.crossed(crossed)]),
  ];
  return stamps.length === 0 ? [say.complete] : stamps;
}

type Row = readonly [label: string, value: string];

/** The four figures of the report's first page, then the rest. */
function figures({ population, verdicts, fake_rate: rate, retention, previous }: RunSummary, say: MailWords): Row[] {
  const { rows, percent } = say;
  const counted = (value: number): string => groupDigits(value, say.separator);
  const before = (value: number | null | undefined, write: (value: number) => string): string =>
    value === null || value === undefined ? '' : say.before(write(value));
  const { value, low, high } = rate;
  const interval = low === null || high === null ? '' : say.interval(percent(low), percent(high));
  return [
    [rows.detections, `${counted(population.in_period)}${before(previous?.in_period, counted)}`],
    [
      rows.rate,
      value === null
        ? say.noRate
        : `${say.rate(percent(value), counted(rate.of))}${interval}${before(previous?.fake_rate, percent)}`,
    ],
    [rows.indeterminate, `${counted(verdicts.indeterminate)}${before(previous?.indeterminate, counted)}`],
    [rows.notDeleted, say.notDeleted(counted(retention.not_deleted), counted(retention.zero_retention))],
    [rows.fake, counted(verdicts.fake)],
    [rows.real, counted(verdicts.real)],
    [rows.failed, counted(population.failed)],
    [rows.processing, counted(population.processing)],
    ...(population.undated === 0 ? [] : [[rows.undated, counted(population.undated)] as const]),
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

function page(
  title: string,
  language: string,
  paragraphs: readonly string[],
  rows: readonly Row[],
  evidence: readonly string[],
): string {
  const cell = 'padding:2px 16px 2px 0;text-align:left;font-weight:normal';
  return [
    '<!DOCTYPE html>',
    `<html lang="${language}"><head><meta charset="utf-8"><title>${escapeMarkup(title)}</title></head>`,
    '<body style="font:14px/1.5 sans-serif;color:#1b1f24">',
    ...paragraphs.map((paragraph) => `<p>${escapeMarkup(paragraph)}</p>`),
    '<table>',
    ...rows.map(
      ([label, value]) =>
        `<tr><th scope="row" style="${cell}">${escapeMarkup(label)}</th><td>${escapeMarkup(value)}</td></tr>`,
    ),
    '</table>',
    `<p style="color:#57606a">${evidence.map(escapeMarkup).join('<br>')}</p>`,
    '</body></html>',
    '',
  ].join('\n');
}

/** Titles and links come from operators, and reasons may quote uploaders: none may begin a new line or header. */
function oneLine(text: string): string {
  return terminalSafe(text.replaceAll(/\s+/g, ' ').trim());
}
