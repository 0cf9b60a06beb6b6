import { isoInstant } from '../../core/instant.ts';
import { canonicalJson } from '../../core/json.ts';
import { sha256Of } from '../../core/merkle.ts';
import type { Period } from '../../core/period.ts';
import { type Template, templateSha256 } from '../../core/template.ts';
import type { Finding } from './finding.ts';
import type { Manifest } from './manifest-schema.ts';
import { ARCHIVE_FILE, MANIFEST_FILE } from './run-files.ts';

/** SHA-256 (hex) of the canonical JSON of our own data. */
export function hashOf(value: unknown): string {
  return sha256Of(canonicalJson(value));
}

/**
 * The report's id, printed on every page: `DR-` and 20 hex digits of the hash of all that decides its content, in groups
 * of five. It is known before anything is rendered, and the same on every machine.
 */
export function reportId(facts: object): string {
  const digits = hashOf(facts).slice(0, 20).toUpperCase();
  return `DR-${digits.match(/.{5}/g)?.join('-') ?? digits}`;
}

/** Checks the hashes and sums that a manifest holds over its own content. `template` is the one that it describes. */
export function manifestFindings(manifest: Manifest, template: Template): Finding[] {
  const { sha256: settingsSha256, ...settings } = manifest.configuration;
  const counted = manifest.files.filter(({ name, rows }) => name.startsWith('detections.') && rows !== null);
  const { in_period: inPeriod } = manifest.records;
  const keepsArchive = manifest.files.some(({ name }) => name === ARCHIVE_FILE);
  const rules: readonly [holds: boolean, text: string][] = [
    [
      template.sha256 === templateSha256(template),
      `template.sha256 is ${template.sha256}, its content gives ${templateSha256(template)}`,
    ],
    [
      manifest.policy.sha256 === hashOf(template.policy),
      `policy.sha256 is ${manifest.policy.sha256}, its content gives ${hashOf(template.policy)}`,
    ],
    [
      settingsSha256 === hashOf(settings),
      `configuration.sha256 is ${settingsSha256}, its content gives ${hashOf(settings)}`,
    ],
    [
      keepsArchive === manifest.configuration.snapshot_kept,
      `configuration.snapshot_kept is ${manifest.configuration.snapshot_kept}, but it lists ${keepsArchive ? 'a' : 'no'} ${ARCHIVE_FILE}`,
    ],
    ...counted.map(({ name, rows }): [boolean, string] => [
      rows === inPeriod,
      `records.in_period is ${inPeriod}, ${name} has ${rows} rows`,
    ]),
  ];
  return rules.flatMap(([holds, text]) => (holds ? [] : [{ kind: 'manifest', file: MANIFEST_FILE, text }]));
}

/** The period as sealed: the requested days, and every instant that follows from the zone. */
export function periodFacts({ from, to, timezone, fromMs, toMs, dayStarts = [] }: Period) {
  return {
    from,
    to,
    timezone,
    fromUtc: fromMs === null ? null : isoInstant(fromMs),
    toUtc: toMs === null ? null : isoInstant(toMs),
    dayStarts: dayStarts.map(({ day, startMs }) => ({ day, startsUtc: isoInstant(startMs) })),
  };
}
