import { readFile, writeFile } from 'node:fs/promises';
import type { Detection } from '../../dist/core/detection.js';
import { positionIn } from '../../dist/core/period.js';
import type { Block, Report } from '../../dist/core/report.js';
import { renderPart } from '../../dist/render/render-parts.js';
import { buildReport } from '../../dist/render/report/build-report.js';
import { createRegister } from '../../dist/render/report/detection-lists.js';
import { openArchive } from '../../dist/extract/snapshot/reader.js';
import { createStatistics } from '../../dist/render/statistics/statistics.js';
import { TOOL } from '../../dist/platform/machine.js';
import { createClassifier } from '../../dist/render/transform/classify.js';
import { createDecoder } from '../../dist/render/transform/decode.js';
import { pdfSettings } from './report-settings.js';

type TableBlock = Extract<Block, { kind: 'table' }>;

/** Writes a report with nothing in it but its longest register, as the product makes it, to a file. */
export async function writeRegisterReport(path: string, snapshotPath: string, rows: number): Promise<void> {
  const { settings, period } = await pdfSettings(snapshotPath, rows);
  const { template, formats, sinks } = settings;
  const snapshot = await openArchive(snapshotPath);
  try {
    const { retentionLimitSeconds } = template;
    const { certificate } = snapshot.record;
    const readUntilMs = Date.parse(certificate.endedAt);
    const register = createRegister(rows, { limitSeconds: retentionLimitSeconds, readUntilMs });
    const statistics = createStatistics({ period, readUntilMs, retentionLimitSeconds });
    const decode = createDecoder(createClassifier(template.policy));
    const count = (detection: Detection): boolean => {
      const position = positionIn(period, detection.createdAtMs);
      statistics.add(detection, position);
      if (position === 'inside') register.add(detection);
      return false;
    };
    await renderPart(snapshot.pages(), { decode, tables: [], writers: [], count }, new AbortController().signal);
    const report = buildReport({
      template,
      policySha256: '',
      formats,
      sinks,
      period,
      statistics: statistics.result(certificate.received),
      certificate,
      extraction: snapshot.record,
      registers: register.result(),
      files: [],
      listings: [],
      changedCells: {},
      tool: TOOL,
      id: 'bench',
      asOf: certificate.endedAt,
    });
    const annex = report.sections.filter(({ id }) => id === 'annex');
    const [longest] = annex
      .flatMap(({ blocks }) => blocks.filter(isTable))
      .toSorted((one, other) => other.rows.length - one.rows.length);
    if (longest === undefined) throw new Error('the report has no register');
    const sections = annex.map((section) => ({ ...section, blocks: [longest] }));
    await writeFile(path, JSON.stringify({ ...report, sections }));
  } finally {
    await snapshot.close();
  }
}

export async function readRegisterReport(path: string): Promise<{ report: Report; table: TableBlock }> {
  const report = JSON.parse(await readFile(path, 'utf8')) as Report;
  const table = report.sections.flatMap(({ blocks }) => blocks).find(isTable);
  if (table === undefined) throw new Error(`${path} holds no register`);
  return { report, table };
}

function isTable(block: Block): block is TableBlock {
  return block.kind === 'table';
}
