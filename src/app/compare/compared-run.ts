import { join } from 'node:path';
import { createGunzip } from 'node:zlib';
import type { SealedRun } from '../run/sealed-run.ts';
import { equalJson, foldedText, withoutAddresses } from './equal.ts';
import { COMPARED_COLUMNS, type ComparedDetection } from './change.ts';
import type { ComparedSide } from './merge-join.ts';
import type { Detection, MetricNode } from '../../core/detection.ts';
import { ConfigError } from '../../core/errors.ts';
import { sha256Of } from '../../core/merkle.ts';
import type { SinkFactory } from '../../core/sink.ts';
import { SINKS } from '../../render/sinks/registry.ts';
import { systemCode } from '../../platform/files/output-failure.ts';
import { type Period, positionIn } from '../../core/period.ts';
import type { ClassificationPolicy } from '../../core/policy.ts';
import { withoutPrivate } from '../../core/text.ts';
import type { Snapshot } from '../../core/snapshot.ts';
import type { CellValue, ColumnType } from '../../core/table.ts';
import { ARCHIVE_FILE, openRegular } from '../../seal/evidence/run-files.ts';
import { detectionsOf } from '../../render/render-parts.ts';
import { createClassifier } from '../../render/transform/classify.ts';
import { createDecoder } from '../../render/transform/decode.ts';
import { TABLES } from '../../render/transform/tables/tables.ts';
import { Redaction } from '../../render/transform/redaction.ts';

/** Tables whose names or content the comparison knows by another name. */
const DETECTIONS = TABLES.detections.make(null);
const KNOWN: ReadonlySet<string> = new Set(COMPARED_COLUMNS);
/** Shown with a difference; compared itself only if nothing better is known. */
const SHOWN_BESIDE = 'updated_at';

/** Every detection of the period that a snapshot holds, judged by `policy`. `folded`: to be compared with a CSV. */
export function snapshotSide(
  snapshot: Snapshot,
  period: Period,
  policy: ClassificationPolicy,
  folded: boolean,
): ComparedSide {
  return {
    columns: KNOWN,
    async *detections(signal) {
      // A table that it is compared with may have private values withheld.
      const decode = createDecoder(createClassifier(policy), folded ? new Redaction(false) : null);
      for await (const page of snapshot.pages()) {
        signal.throwIfAborted();
        for (const detection of detectionsOf(page, decode)) {
          if (positionIn(period, detection.createdAtMs) === 'inside') yield comparedDetection(detection, folded);
        }
      }
    },
  };
}

/** The rows of a run's table: the columns that its template chose. Throws `ConfigError` if no file of it can be read. */
export function tableSide({ folder, manifest }: SealedRun): ComparedSide {
  const { csv_safety: csvSafety, csv_bom: csvBom, csv_compression: csvCompression = 'none' } = manifest.configuration;
  const content = { tables: [DETECTIONS], settings: { csvSafety, csvBom, csvCompression } };
  const readable = Object.values<SinkFactory>(SINKS).filter((sink) => sink.readRows !== undefined);
  const files = readable.map((sink) => ({ sink, name: sink.tableFiles(content).get('detections') ?? '' }));
  const found = files.find(({ name }) => manifest.files.some((file) => file.name === name));
  const columns = manifest.tables.detections ?? [];
  if (found === undefined || !columns.includes('uuid')) {
    const names = files.map(({ name }) => name).join(' or ');
    throw new ConfigError(`${folder} cannot be compared: it has neither ${ARCHIVE_FILE} nor a ${names} with uuids.`, {
      place: { file: folder },
      remedy: 'Compare runs that were made with their snapshot.',
    });
  }
  const types = new Map(DETECTIONS.columns.map((column) => [column.name, column.type]));
  // JSON of other keys is not what the API sent where private values were withheld from it.
  const known = columns.filter((column) => KNOWN.has(column) && types.get(column) !== 'json');
  return {
    columns: new Set(known),
    async *detections(signal) {
      const told = new Set([...known, SHOWN_BESIDE]);
      let header: readonly string[] | null = null;
      for await (const row of found.sink.readRows?.(bytesOf(join(folder, found.name))) ?? []) {
        signal.throwIfAborted();
        if (header === null) {
          header = row;
          continue;
        }
        yield rowDetection(header, row, told);
      }
    },
  };
}

async function* bytesOf(path: string): AsyncGenerator<Uint8Array> {
  const handle = await openRegular(path).catch((error: unknown) => {
    throw new ConfigError(`${path} cannot be read (${systemCode(error)}).`, { place: { file: path }, cause: error });
  });
  const file = handle.createReadStream();
  yield* path.endsWith('.gz') ? file.pipe(createGunzip()) : file;
}

function rowDetection(header: readonly string[], row: readonly string[], told: ReadonlySet<string>): ComparedDetection {
  const cells: Record<string, string> = {};
  let [uuid, recordSha256] = ['', ''];
  header.forEach((column, index) => {
    const text = foldedText(withoutPrivate(row[index] ?? ''));
    if (column === 'uuid') uuid = text;
    else if (column === 'record_sha256') recordSha256 = text;
    else if (told.has(column) && text !== '') cells[column] = text;
  });
  return recordSha256 === '' ? { uuid, cells } : { uuid, cells, recordSha256 };
}

function comparedDetection(detection: Detection, folded: boolean): ComparedDetection {
  const [row = []] = DETECTIONS.rows(detection);
  const cells: Record<string, string> = {};
  DETECTIONS.columns.forEach(({ name, type }, index) => {
    if (!KNOWN.has(name) && name !== SHOWN_BESIDE) return;
    const text = cellText(row[index] ?? null, type, folded);
    if (text !== '') cells[name] = text;
  });
  const { audioChunks, uuid } = detection;
  // An object's members have no order (RFC 8259, section 4), and nodes are named by theirs.
  const nodes = detection.nodes.toSorted((a, b) => (a.node < b.node ? -1 : a.node > b.node ? 1 : 0));
  if (nodes.length > 0) {
    cells['metric_nodes.label'] = digestOf(nodes, ({ node, type, label, verdict }) => [node, type, label, verdict]);
    cells['metric_nodes.score'] = digestOf(nodes, ({ node, score, certainty, timestampSeconds }) => [
      node,
      score,
      certainty,
      timestampSeconds,
    ]);
    cells['metric_nodes.extra'] = digestOf(nodes, ({ node, extra }) => [node, comparedJson(extra ?? '')]);
  }
  if (audioChunks.length > 0) cells['audio_scores.score'] = sha256Of(JSON.stringify(audioChunks));
  return { uuid: folded ? foldedText(uuid) : uuid, cells, recordSha256: detection.recordSha256 };
}

/** As a CSV writes it. */
function cellText(value: CellValue, type: ColumnType, folded: boolean): string {
  if (value === null) return '';
  if (type === 'timestamp' && typeof value === 'number') return new Date(value).toISOString();
  const text = String(value);
  if (type === 'json') return comparedJson(text);
  return folded ? foldedText(text) : text;
}

/** Equal for equal values but for their addresses. Escapes are read first: an address may be spelled with some. */
function comparedJson(text: string): string {
  return withoutAddresses(equalJson(text));
}

function digestOf(nodes: readonly MetricNode[], facts: (node: MetricNode) => unknown): string {
  return sha256Of(JSON.stringify(nodes.map(facts)));
}
