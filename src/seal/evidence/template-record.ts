import { periodWord, readPeriodWord } from '../../core/calendar.ts';
import { sha256Of } from '../../core/merkle.ts';
import type { Obligation } from '../../core/policy.ts';
import { JOINED_COLUMNS } from '../../core/reviews.ts';
import type { TableName } from '../../core/table.ts';
import type { Template } from '../../core/template.ts';
import { camelCased, snakeCased } from './certificate.ts';
import type { Manifest } from './manifest-schema.ts';

/**
 * The manifest's record of a template: together with the manifest's `policy` and `tables`, everything in the template
 * that shapes a report, so that a run can be rendered again without the template's file.
 */
export function templateRecord(template: Template) {
  const { workbook } = template;
  const { logo } = template.brand;
  return {
    name: template.name,
    sha256: template.sha256,
    title: template.title,
    organisation: template.organisation,
    classification: template.classification,
    period: periodWord(template.period),
    timezone: template.timezone,
    formats: template.formats,
    sections: template.sections,
    retention_limit_seconds: template.retentionLimitSeconds,
    register_limit: template.registerLimit,
    brand: {
      primary_colour: template.brand.primaryColour,
      accent_colour: template.brand.accentColour,
      logo: logo === null ? null : { type: logo.type, ...bytesRecord(logo.bytes) },
    },
    workbook: workbook === null ? undefined : bytesRecord(workbook),
    compliance: snakeCased(template.obligations),
    sign_off: template.signOff,
    attachment_limit_bytes: template.attachmentLimitBytes,
    action_limit_seconds: template.actionLimitSeconds,
    ...wordsOf(template),
  };
}

/** The keys that manifest and template name alike. */
function wordsOf({ comment, notes, annex, language, dsa }: Manifest['template'] | Template) {
  return { comment, notes, annex, language, dsa };
}

/** The template that a manifest describes, with the hash that it claims. */
export function templateOf({ template, policy, tables }: Manifest): Template {
  const { brand } = template;
  return {
    name: template.name,
    sha256: template.sha256,
    title: template.title,
    organisation: template.organisation,
    classification: template.classification,
    period: readPeriodWord(template.period) ?? { kind: 'all' },
    timezone: template.timezone,
    formats: template.formats,
    tables: new Map(Object.entries(tables).map(([name, columns]) => [name as TableName, columns.filter(isOwn)])),
    brand: {
      primaryColour: brand.primary_colour,
      accentColour: brand.accent_colour,
      logo: brand.logo === null ? null : { type: brand.logo.type, bytes: bytesOf(brand.logo.base64) },
    },
    workbook: template.workbook === undefined ? null : bytesOf(template.workbook.base64),
    sections: template.sections,
    policy: {
      name: policy.name,
      fake: policy.fake,
      real: policy.real,
      indeterminate: policy.indeterminate,
      notAssessedScore: policy.not_assessed_score,
    },
    retentionLimitSeconds: template.retention_limit_seconds,
    registerLimit: template.register_limit,
    obligations: template.compliance?.map((duty) => camelCased(duty) as Obligation),
    signOff: template.sign_off,
    attachmentLimitBytes: template.attachment_limit_bytes,
    actionLimitSeconds: template.action_limit_seconds,
    ...wordsOf(template),
  };
}

function bytesRecord(bytes: Uint8Array): object {
  return {
    bytes: bytes.byteLength,
    sha256: sha256Of(bytes),
    base64: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64'),
  };
}

function bytesOf(base64: string): Uint8Array {
  return new Uint8Array(Buffer.from(base64, 'base64'));
}

/** Columns of joined reviews follow those that the template chose. */
function isOwn(column: string): boolean {
  return !JOINED_COLUMNS.some(({ name }) => name === column);
}
