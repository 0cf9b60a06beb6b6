import type { Period } from '../../src/core/period.ts';
import type { SinkSettings } from '../../src/core/sink.ts';
import type { Snapshot } from '../../src/core/snapshot.ts';
import type { Template } from '../../src/core/template.ts';
import { render } from '../../src/render/render-pages.ts';
import { renderInThreads } from '../../src/render/threads/render-in-threads.ts';
import { createRegister } from '../../src/render/report/detection-lists.ts';
import { csvSink } from '../../src/render/sinks/csv/sink.ts';
import { createStatistics } from '../../src/render/statistics/statistics.ts';
import { createClassifier } from '../../src/render/transform/classify.ts';
import { createDecoder } from '../../src/render/transform/decode.ts';
import { selectTables, withheldCells, redactionFor } from '../../src/render/transform/tables/tables.ts';
import { report } from '../sinks/report.ts';
import { TempFolder } from '../sinks/temp-folder.ts';

/** The compiled worker: a thread cannot run TypeScript. */
const WORKER = new URL('../../dist/render/threads/worker.js', import.meta.url);
const READ_UNTIL_MS = Date.UTC(2024, 1, 10);

export interface Rendering {
  readonly snapshot: Snapshot;
  readonly template: Template;
  readonly period: Period;
  readonly settings?: SinkSettings;
  /** Absent: the compiled worker. */
  readonly script?: URL;
  readonly signal?: AbortSignal;
}

/** Everything that a rendering gives, with so many threads; 0 is the way without any. */
export async function rendered(job: Rendering, threads: number): Promise<Record<string, unknown>> {
  const { snapshot, template, period, settings = { csvSafety: 'strict', csvBom: false } } = job;
  const { retentionLimitSeconds, registerLimit } = template;
  const signal = job.signal ?? new AbortController().signal;
  const tables = selectTables(template.tables);
  const folder = await TempFolder.make();
  const sink = await csvSink.open({ folder, tables, settings });
  let isOpen = true;
  try {
    const statistics = createStatistics({ period, readUntilMs: READ_UNTIL_MS, retentionLimitSeconds });
    const register = createRegister(registerLimit, {
      limitSeconds: retentionLimitSeconds,
      readUntilMs: READ_UNTIL_MS,
    });
    const progress: unknown[] = [];
    const emit = (event: unknown): void => void progress.push(event);
    const shared = { snapshot, sinks: [sink], statistics, emit };
    if (threads === 0) {
      const decode = createDecoder(createClassifier(template.policy), redactionFor(template.tables));
      const observe = (detection: Parameters<typeof register.add>[0]): void => register.add(detection);
      await render({ ...shared, decode, period, tables, observe }, signal);
    } else {
      const setup = { template, period, readUntilMs: READ_UNTIL_MS, settings };
      const script = job.script ?? WORKER;
      await renderInThreads({ ...shared, threads, script, setup, register }, signal);
    }
    isOpen = false;
    const { rowsByFile, changedCells } = await sink.close(report());
    const files: [string, string][] = [];
    for (const name of csvSink.files(tables, settings)) {
      files.push([name, (await folder.read(name)).toString('base64')]);
    }
    const counted = statistics.result(snapshot.record.certificate.received);
    return {
      files,
      appends: [...folder.appends],
      rows: [...rowsByFile],
      changed: [...changedCells],
      statistics: JSON.stringify(counted),
      registers: register.result(),
      withheldCells: withheldCells(counted.withheld, template.tables),
      progress,
    };
  } finally {
    if (isOpen) await sink.close(report());
    await folder.remove();
  }
}
