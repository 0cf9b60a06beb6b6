import type { Emit } from '../../core/progress.ts';
import type { Report } from '../../core/report.ts';
import type { OwnSink, SinkContext } from '../../core/sink.ts';
import type { Row, TableName } from '../../core/table.ts';
import { withScratch } from '../../platform/files/folders.ts';
import { type ExportedReport, exportReport } from '../library/export-report.ts';

/** A contract is broken: what was expected, and what happened. */
export class ContractError extends Error {
  override readonly name = 'ContractError';
}

export function assertThat(holds: boolean, problem: string): asserts holds {
  if (!holds) throw new ContractError(problem);
}

/** What a sink gets in a run, in order. */
export interface SinkMaterial {
  readonly content: Omit<SinkContext, 'folder'>;
  readonly batches: readonly { readonly table: TableName; readonly rows: readonly Row[] }[];
  readonly report: Report;
}

const EMIT: Emit = () => undefined;

/** Seals a small month of the sandbox in a folder that is gone afterwards. */
export async function withSandboxRun<T>(
  use: (run: ExportedReport, scratch: string, material: SinkMaterial) => Promise<T>,
): Promise<T> {
  return await withScratch('contract', async (scratch) => {
    const recorder = recorderOf();
    const run = await exportReport({
      source: 'sandbox',
      detections: 40,
      period: 'all',
      template: 'monthly-compliance',
      formats: ['csv'],
      out: scratch,
      env: {},
      onProgress: EMIT,
      sinks: [recorder.sink],
    });
    return await use(run, scratch, recorder.material());
  });
}

function recorderOf(): { readonly sink: OwnSink; readonly material: () => SinkMaterial } {
  const batches: SinkMaterial['batches'][number][] = [];
  let content: SinkMaterial['content'] | null = null;
  let report: Report | null = null;
  return {
    sink: {
      name: 'recorder',
      takesRows: true,
      files: () => [],
      async open({ tables, settings, workbook = null }) {
        content = { tables, settings, workbook };
        return {
          async write(table, rows) {
            batches.push({ table, rows });
          },
          async close(closing) {
            report = closing;
            return { rowsByFile: new Map(), changedCells: new Map() };
          },
        };
      },
    },
    material() {
      assertThat(content !== null && report !== null, 'the run never opened its sinks');
      return { content, report, batches };
    },
  };
}
