import type { Report } from '../../../src/core/report.ts';
import type { Row } from '../../../src/core/table.ts';
import { buildReport } from '../../../src/render/report/build-report.ts';
import { htmlSink } from '../../../src/render/sinks/html/sink.ts';
import { detectionsTable } from '../../../src/render/transform/tables/detections.ts';
import { detectionOf, inputOf, type MadeDetection } from '../../report/material.ts';
import { numbers, ordinaryMonth } from '../../report/months.ts';
import { HOSTILE, hostileMonth, OTHER_SCRIPTS, SCRIPTS } from '../pdf/cases.ts';
import { TempFolder } from '../temp-folder.ts';
import { openSink } from '../open-sink.ts';

/** Texts that a page could run, load, or be broken by. Each sets `window.harmed` where it runs. */
export const MARKUP_ATTACKS = [
  '<script>window.harmed=1</script>',
  '</script><script>window.harmed=2</script>',
  '</style><img src=x onerror=window.harmed=3>',
  '"><svg onload=window.harmed=4>',
  "' onmouseover='window.harmed=5' autofocus onfocus='window.harmed=6",
  '<!--<script>--!><script>window.harmed=7</script>',
  '</title></textarea></template><iframe srcdoc="<script>parent.harmed=8</script>">',
  'javascript:window.harmed=9',
  'data:text/html,<script>window.harmed=10</script>',
  '<a href="javascript:window.harmed=11" autofocus>x</a>',
  '<base href="http://evil.example/"><link rel=stylesheet href=//evil.example/x.css>',
  '<meta http-equiv="refresh" content="0;url=http://evil.example/">',
  '<math><mtext><table><mglyph><style><img src=x onerror=window.harmed=12>',
  '&lt;script&gt; &#60;script&#62; &amp;amp;',
  '</td></tr></tbody></table><h1>Not ours</h1>',
  '{first} {matching} $& $1 ${harmed} `harmed`',
] as const;

/** A report and the rows of its register. */
export interface PageCase {
  readonly report: Report;
  readonly rows: readonly Row[];
}

/** The table of detections with every column, or with those that are named. */
export function tableOf(columns?: readonly string[]): ReturnType<typeof detectionsTable.make> {
  return detectionsTable.make(new Set(columns ?? detectionsTable.columns.map(({ name }) => name)));
}

export function rowsOf(all: readonly MadeDetection[], columns?: readonly string[]): Row[] {
  const table = tableOf(columns);
  return all.flatMap((made, index) => table.rows(detectionOf(made, index)));
}

/** `count` detections of all kinds, always the same. */
export function madeDetections(count: number): MadeDetection[] {
  const next = numbers(11);
  return Array.from({ length: count }, (_, index): MadeDetection => {
    const medium = (['audio', 'image', 'video'] as const)[index % 3] ?? 'audio';
    const day = `2024-01-${String(1 + (index % 31)).padStart(2, '0')}`;
    const filename = `recording ${String((index * 37) % count).padStart(5, '0')}.wav`;
    if (index % 11 === 5) return { day, medium, status: 'failed', verdict: null, filename, errorMessage: 'No codec' };
    if (index % 13 === 7) return { day, medium, status: 'processing', verdict: null, filename };
    const verdict = (['real', 'real', 'fake', 'indeterminate'] as const)[index % 4] ?? 'real';
    return { day, medium, status: 'completed', verdict, score: Math.round(next() * 1e4) / 1e4, filename };
  });
}

const ONE: MadeDetection = { day: '2024-01-15', status: 'completed', verdict: 'fake', medium: 'audio', score: 0.97 };

function hostileCase(texts: readonly string[]): PageCase {
  const made = texts.flatMap((text): MadeDetection[] => [
    { ...ONE, filename: text, label: text, uuid: text, sourceTracing: text },
    { ...ONE, status: 'failed', verdict: null, filename: text, errorMessage: text },
  ]);
  return { report: buildReport(hostileMonth(texts)), rows: rowsOf(made) };
}

/** What every page must survive. */
export const PAGE_CASES: Readonly<Record<string, () => PageCase>> = {
  'an ordinary month': () => ({ report: buildReport(ordinaryMonth()), rows: rowsOf(madeDetections(257)) }),
  'an empty month': () => ({ report: buildReport(inputOf([])), rows: [] }),
  'one detection': () => ({ report: buildReport(inputOf([ONE])), rows: rowsOf([ONE]) }),
  'hostile strings': () => hostileCase([...MARKUP_ATTACKS, ...HOSTILE]),
  'every script': () => hostileCase([...Object.values(SCRIPTS), ...Object.values(OTHER_SCRIPTS)]),
};

export interface MadePage {
  readonly html: string;
  readonly changedCells: ReadonlyMap<string, number>;
  /** Bytes of every append to the page. */
  readonly appends: readonly number[];
}

/** The page as the sink writes it, given its rows in batches. */
export async function pageOf(
  { report, rows }: PageCase,
  columns?: readonly string[],
  batch = 1_000,
): Promise<MadePage> {
  const folder = await TempFolder.make();
  try {
    const settings = { csvSafety: 'strict', csvBom: false } as const;
    const tables = columns?.length === 0 ? [] : [tableOf(columns)];
    const sink = await openSink(htmlSink, { folder, tables, settings });
    for (let at = 0; at < rows.length; at += batch) await sink.write('detections', rows.slice(at, at + batch));
    const { changedCells } = await sink.close(report);
    const html = (await folder.read('report.html')).toString('utf8');
    return { html, changedCells, appends: folder.appends.get('report.html') ?? [] };
  } finally {
    await folder.remove();
  }
}
