import { decodePage, type Destination, type DeliverableRun, type OwnSink, type Source } from '../../src/index.ts';

/** Detections of January 2024, one an hour, newest first. */
export function itemsOf(count: number): object[] {
  return Array.from({ length: count }, (_, index) => ({
    uuid: index.toString(16).padStart(32, '0'),
    media_type: 'audio',
    status: 'completed',
    metrics: { label: index % 3 === 0 ? 'fake' : 'real', score: ['0.9'], consistency: '0.9', aggregated_score: '0.9' },
    filename: `call-${index}.wav`,
    created_at: new Date(Date.UTC(2024, 0, 31) - index * 3_600_000).toISOString(),
    updated_at: new Date(Date.UTC(2024, 0, 31) - index * 3_600_000).toISOString(),
  }));
}

export function listSource(items: readonly object[]): Source {
  return {
    description: { kind: 'custom', location: 'our own archive' },
    async page(number, size) {
      const slice = items.slice((number - 1) * size, number * size);
      const body = Buffer.from(JSON.stringify({ success: true, page: number, page_size: size, items: slice }));
      return decodePage(body, { number, size, receivedAt: new Date().toISOString() });
    },
    async close() {},
  };
}

/** One JSON object for each detection. */
export const jsonLines: OwnSink = {
  name: 'json-lines',
  takesRows: true,
  files: () => ['rows.jsonl'],
  async open({ folder, tables }) {
    const output = await folder.create('rows.jsonl');
    const columns = new Map(tables.map((table) => [table.name, table.columns]));
    return {
      async write(table, rows) {
        if (table !== 'detections') return;
        for (const row of rows) {
          const cells = columns.get(table)?.map(({ name }, index) => [name, row[index]]) ?? [];
          await output.append(Buffer.from(`${JSON.stringify(Object.fromEntries(cells))}\n`));
        }
      },
      async close() {
        await output.close();
        return { rowsByFile: new Map(), changedCells: new Map([['nothing to tell', 2]]) };
      },
    };
  },
};

export interface RecordingDestination extends Destination {
  readonly runs: DeliverableRun[];
}

export function recordingDestination(id: string, deliver?: () => Promise<never>): RecordingDestination {
  const runs: DeliverableRun[] = [];
  return {
    kind: 'memory',
    id,
    runs,
    describe: () => `memory ${id}`,
    check: async () => undefined,
    async deliver(run) {
      if (deliver !== undefined) return await deliver();
      runs.push(run);
      const bytes = run.files.reduce((sum, file) => sum + file.bytes, 0);
      return { outcome: 'delivered', location: id, files: run.files.length, bytes, details: {} };
    },
  };
}
