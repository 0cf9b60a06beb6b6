import type { EXPLAIN_OPTIONS } from '../../config/command-line.ts';
import type { CommandCall, CommandEnd } from '../command.ts';
import { count } from '../figures.ts';
import { type CellOrigin, type Explanation, explainRecord } from '../../app/explain/explain-record.ts';
import { shorten } from '../../core/text.ts';

const LONGEST_VALUE = 160;

/** Prints the origin of a detection's row: for people, as JSON, or the record's own bytes. */
export async function runExplain(call: CommandCall<typeof EXPLAIN_OPTIONS, 'run' | 'uuid'>): CommandEnd {
  const { terminal, signal } = call;
  const { raw, json } = call.values;
  const explanation = await explainRecord(call.args.run, call.args.uuid, signal);
  if (raw) await terminal.bytes(explanation.bytes);
  else if (json) await terminal.json(explanationJson(explanation));
  else for (const line of explanationLines(explanation)) await terminal.result(line);
  return 0;
}

function explanationLines({ uuid, reportId, place, position, row, cells }: Explanation): string[] {
  const { file, start, end, index, items, pageNumber, pageSize } = place;
  return [
    `detection ${uuid} in report ${reportId}`,
    `  record    ${file} in records.zip, bytes ${count(start)} to ${count(end)}: item ${index} of ${items}, from 0`,
    `  received  ${place.receivedAt}, on page ${pageNumber} of size ${pageSize}`,
    `  sha256    ${place.sha256}`,
    `  by hand   unzip -p records.zip ${file} | tail -c +${start + 1} | head -c ${end - start} | sha256sum`,
    `  row       ${rowText(position, row)}`,
    ...cells.flatMap(cellLines),
  ];
}

function rowText(position: Explanation['position'], row: number | null): string {
  if (position === 'outside') return 'none: it was created outside the period of the run';
  if (position === 'undated') return 'none: it has no time of creation that can be read, so it is in no period';
  return row === null ? 'none: the template leaves the table detections out' : `${count(row)} of the table detections`;
}

function cellLines(cell: CellOrigin): string[] {
  const inputs = cell.inputs.map(
    ({ pointer, start, end, raw }) => `    ${pointer}  bytes ${start} to ${end}  ${shorten(raw, LONGEST_VALUE)}`,
  );
  const isOpen = inputs.length === 0 && cell.value === null;
  return [
    '',
    `${cell.column} = ${shorten(valueText(cell), LONGEST_VALUE)}`,
    `  ${cell.how}${isOpen ? ' (nothing there)' : ''}`,
    ...cell.coercions.map((note) => `  ${note}`),
    ...inputs,
  ];
}

/** The value as in a CSV. */
function valueText({ type, value }: CellOrigin): string {
  if (value === null) return '(empty)';
  return type === 'timestamp' && typeof value === 'number' ? new Date(value).toISOString() : String(value);
}

function explanationJson({ uuid, reportId, place, position, row, cells }: Explanation): object {
  return {
    uuid,
    report_id: reportId,
    record: {
      file: place.file,
      start: place.start,
      end: place.end,
      pointer: `/items/${place.index}`,
      sha256: place.sha256,
      page: place.pageNumber,
      page_size: place.pageSize,
      received_at: place.receivedAt,
    },
    position,
    row,
    // Times as text, everything else with its own type.
    cells: cells.map((cell) => {
      const isTime = cell.type === 'timestamp' && cell.value !== null;
      return { ...cell, value: isTime ? valueText(cell) : cell.value };
    }),
  };
}
