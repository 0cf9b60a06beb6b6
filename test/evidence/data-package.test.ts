import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SealedFile } from '../../src/core/output.ts';
import type { TableShape } from '../../src/core/table.ts';
import { type DataPackageFacts, dataPackage } from '../../src/seal/evidence/data-package.ts';
import { csvSink } from '../../src/render/sinks/csv/sink.ts';
import { frictionlessProblems } from './frictionless.ts';
import { ALL_TABLES, sealFile, shapeOf } from './sealed-files.ts';

interface Resource {
  readonly name: string;
  readonly path: string;
  readonly bytes: number;
  readonly hash: string;
  readonly rows?: number;
  readonly schema: {
    readonly fields: readonly { readonly name: string; readonly type: string; readonly format?: string }[];
    readonly missingValues: readonly string[];
    readonly primaryKey?: readonly string[];
    readonly foreignKeys?: readonly object[];
  };
}

const resource = csvSink.dataResource ?? expect.fail('CSV files are not described');

let folder = '';
let files: SealedFile[] = [];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'data-package-'));
  files = [
    await sealFile(folder, 'audio_scores.csv', 'detection_uuid,chunk,score\r\na,0,0.5\r\n', 1),
    await sealFile(folder, 'detections.csv', 'uuid\r\na\r\nü\r\n', 2),
    await sealFile(folder, 'metric_nodes.csv', 'detection_uuid\r\n', 0),
    await sealFile(folder, 'report.pdf', '%PDF'),
    await sealFile(folder, 'statistics.json', '{}'),
  ];
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

/** As it is read back from its file. */
function packageOf(changes: Partial<DataPackageFacts> = {}): { profile: string; name: string; resources: Resource[] } {
  const facts: DataPackageFacts = {
    name: 'Monthly-Compliance_2024-01',
    id: 'DR-01234-56789-ABCDE-F0123',
    title: 'Deepfake detections',
    created: '2024-02-01T00:00:09.000Z',
    version: '1.2.3',
    tables: ALL_TABLES,
    resources: ALL_TABLES.map(({ name }) => ({ table: name, file: `${name}.csv`, resource })),
    files,
    csvBom: false,
    ...changes,
  };
  return JSON.parse(JSON.stringify(dataPackage(facts))) as ReturnType<typeof packageOf>;
}

const keysOf = ({ schema }: Resource) => [schema.primaryKey ?? null, schema.foreignKeys ?? null];
const TO_DETECTIONS = [{ fields: 'detection_uuid', reference: { resource: 'detections', fields: 'uuid' } }];

describe('datapackage.json', () => {
  it('keeps the rules of Frictionless', () => {
    expect(frictionlessProblems(packageOf())).toEqual([]);
    expect(packageOf().name).toBe('monthly-compliance_2024-01');
  });

  it('describes the CSV files, as they are on disk', async () => {
    const { resources } = packageOf();
    expect(resources.map(({ path, rows }) => [path, rows])).toEqual([
      ['detections.csv', 2],
      ['metric_nodes.csv', 0],
      ['audio_scores.csv', 1],
    ]);
    for (const { path, bytes, hash } of resources) {
      const content = await readFile(join(folder, path));
      expect([bytes, hash]).toEqual([
        (await stat(join(folder, path))).size,
        `sha256:${createHash('sha256').update(content).digest('hex')}`,
      ]);
    }
  });

  it('names every column with the type that its cells have', () => {
    const { resources } = packageOf();
    const types = {
      text: 'string',
      json: 'string',
      number: 'number',
      integer: 'integer',
      boolean: 'boolean',
      timestamp: 'datetime',
    };
    expect(resources.map(({ schema }) => schema.fields.map(({ name, type }) => [name, type]))).toEqual(
      ALL_TABLES.map(({ columns }) => columns.map(({ name, type }) => [name, types[type]])),
    );
    const created = resources[0]?.schema.fields.find(({ name }) => name === 'created_at');
    expect(created).toMatchObject({ type: 'datetime', format: '%Y-%m-%dT%H:%M:%S.%fZ' });
    expect(resources.map(({ schema }) => schema.missingValues)).toEqual([[''], [''], ['']]);
  });

  it('names keys that exist: whole ones only, and only between tables that are there', () => {
    expect(packageOf().resources.map(keysOf)).toEqual([
      [['uuid'], null],
      [['detection_uuid', 'node'], TO_DETECTIONS],
      [['detection_uuid', 'chunk'], TO_DETECTIONS],
    ]);
    const selections: [TableShape[], unknown[]][] = [
      [
        [shapeOf('detections', ['filename']), shapeOf('metric_nodes')],
        [
          [null, null],
          [['detection_uuid', 'node'], null],
        ],
      ],
      [
        [shapeOf('detections'), shapeOf('metric_nodes', ['node', 'label'])],
        [
          [['uuid'], null],
          [null, null],
        ],
      ],
      [[shapeOf('audio_scores', ['detection_uuid', 'score'])], [[null, null]]],
    ];
    for (const [tables, keys] of selections) {
      const described = packageOf({ tables });
      expect(described.resources.map(keysOf)).toEqual(keys);
      expect(frictionlessProblems(described)).toEqual([]);
    }
  });

  it('names the first column as it is in a header that begins with a byte order mark', () => {
    const described = packageOf({ csvBom: true });
    expect(frictionlessProblems(described)).toEqual([]);
    expect(described.resources.map((one) => 'byteOrderMark' in one && one.byteOrderMark)).toEqual([true, true, true]);
    for (const [index, { schema }] of described.resources.entries()) {
      const names = ALL_TABLES[index]?.columns.map(({ name }) => name) ?? [];
      expect(schema.fields.map(({ name }) => name)).toEqual([`\ufeff${names[0] ?? ''}`, ...names.slice(1)]);
    }
    expect(described.resources.map(keysOf)).toEqual([
      [['\ufeffuuid'], null],
      ...['node', 'chunk'].map((second) => [
        ['\ufeffdetection_uuid', second],
        [{ fields: '\ufeffdetection_uuid', reference: { resource: 'detections', fields: '\ufeffuuid' } }],
      ]),
    ]);
  });

  it('of a run without CSV files describes the others, because a package must describe something', () => {
    const described = packageOf({ files: files.filter(({ name }) => !name.endsWith('.csv')) });
    expect(described).toMatchObject({
      profile: 'data-package',
      resources: [{ path: 'report.pdf' }, { path: 'statistics.json' }],
    });
    expect(frictionlessProblems(described)).toEqual([]);
  });

  it('would be found wrong if it were: control', () => {
    const good = packageOf();
    const [first, ...others] = good.resources;
    if (first === undefined) throw new Error('no resource');
    const broken: unknown[] = [
      { ...good, resources: [] },
      { ...good, name: 'Upper' },
      { ...good, created: '2024-02-01' },
      { ...good, resources: [first, first] },
      { ...good, resources: [{ ...first, hash: 'sha256:xyz' }, ...others] },
      { ...good, resources: [{ ...first, path: '../detections.csv' }, ...others] },
      { ...good, resources: [{ ...first, schema: { ...first.schema, missingValues: '' } }, ...others] },
      { ...good, resources: [{ ...first, schema: { ...first.schema, primaryKey: ['other'] } }, ...others] },
      {
        ...good,
        resources: [{ ...first, schema: { ...first.schema, fields: [{ name: 'a', type: 'text' }] } }, ...others],
      },
      { ...good, resources: others },
    ];
    expect(broken.filter((value) => frictionlessProblems(value).length === 0)).toEqual([]);
  });
});
