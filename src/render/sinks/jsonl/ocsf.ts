import type { ChangedCells } from '../../../core/sink.ts';
import type { CellValue, Row } from '../../../core/table.ts';
import { withWholePairs } from '../printable.ts';
import { type Fields, objectJson } from './json.ts';

/** https://schema.ocsf.io/1.2.0/classes/detection_finding */
const SCHEMA_VERSION = '1.2.0';
const CATEGORY = { category_uid: 2, category_name: 'Findings', class_uid: 2004, class_name: 'Detection Finding' };
/** The finding was created: class 2004 times 100, plus the activity. */
const ACTIVITY = { activity_id: 1, activity_name: 'Create', type_uid: 200_401, type_name: 'Detection Finding: Create' };
const PRODUCT = { name: 'Deepfake detection', vendor_name: 'Resemble AI' };
const SEVERITIES: Readonly<Record<string, readonly [id: number, caption: string]>> = {
  fake: [4, 'High'],
  indeterminate: [2, 'Low'],
  real: [1, 'Informational'],
};
const SHA256 = { algorithm_id: 3, algorithm: 'SHA-256' };
const PERCENT = 100;

/**
 * One detection as a Detection Finding. `unmapped` holds every column, and the metric trees as `metrics`. The class
 * requires a time and an id: without a creation time it is 0, and `status_detail` says why; without the column `uuid` it
 * is the hash of the record, or `unknown`.
 */
export function findingJson(fields: Fields, row: Row, trees: string, changed: ChangedCells): string {
  const cell = (name: string): CellValue => row[fields.findIndex((column) => column.name === name)] ?? null;
  const verdict = cell('verdict');
  const [severityId, severity] = SEVERITIES[typeof verdict === 'string' ? verdict : ''] ?? [0, 'Unknown'];
  const created = cell('created_at');
  const time = typeof created === 'number' ? created : 0;
  const score = cell('verdict_score');
  const isWritten = (name: string): boolean => fields.some((column) => column.name === name);
  const none = isWritten('verdict')
    ? `no verdict (${String(cell('status') ?? 'status unknown')})`
    : 'verdict not written';
  const said = verdict ?? none;
  const title = `Deepfake detection: ${String(said)}`;
  const why = isWritten('created_at') ? 'created_at is missing or cannot be read' : 'created_at is not written';
  const detail = cell('error_message') ?? (time === created ? null : why);
  const hash = cell('record_sha256');
  const uid = String(cell('uuid') ?? hash ?? 'unknown');
  const finding = {
    ...CATEGORY,
    ...ACTIVITY,
    severity_id: severityId,
    severity,
    time,
    message: title,
    status_id: 1,
    status: 'New',
    ...(detail === null ? {} : { status_detail: detail }),
    ...(typeof score === 'number' ? { confidence_score: Math.round(score * PERCENT) } : {}),
    metadata: { version: SCHEMA_VERSION, product: PRODUCT },
    finding_info: {
      uid,
      title,
      types: ['deepfake'],
      ...(time === created ? { created_time: time } : {}),
      ...(typeof cell('updated_at') === 'number' ? { modified_time: cell('updated_at') } : {}),
    },
    resources: [
      {
        uid,
        ...(cell('filename') === null ? {} : { name: cell('filename') }),
        ...(cell('media_type') === null ? {} : { type: cell('media_type') }),
      },
    ],
  };
  const evidence =
    hash === null ? '' : `,"evidences":[{"data":${JSON.stringify({ record: { ...SHA256, value: hash } })}}]`;
  const unmapped = objectJson(fields, row, [`"metrics":${trees}`], changed);
  return `${withWholePairs(JSON.stringify(finding)).slice(0, -1)}${evidence},"unmapped":${unmapped}}`;
}
