import type { Block, Phrases, Report } from '../../../core/report.ts';
import { columnGroup, renderBlocks } from './blocks.ts';
import { html, integer, LIMITS, type Markup, prose } from './markup.ts';
import { ending, opening, PART_ENDING, type Part, partOpening, type PageFrame } from './page.ts';
import { classOf, registerPager, registerTools } from './register.ts';
import { REGISTER_SCRIPT } from './register-script.ts';
import { stylesheet } from './stylesheet.ts';
import { WORDS as PAGE_WORDS } from './words.ts';

export interface ArchivedRun {
  /** Path of the report or, without one, of another file of the run, relative to the page. */
  readonly link: string;
  readonly folder: string;
  readonly period: string;
  readonly template: string;
  readonly completeness: string;
  /** What it is beside a period's newest run: `amended`, `amendment`, `combined`, or empty. */
  readonly state: 'current' | 'amended' | 'amendment' | 'combined' | 'unreadable';
  readonly detections: number | null;
  readonly fake: number | null;
  readonly fakeRate: { readonly value: number; readonly text: string } | null;
  readonly obligations: string;
}

export interface Archive extends Pick<Report, 'title' | 'periodText' | 'organisation' | 'brand' | 'tool'> {
  readonly status: Report['status'];
  readonly phrases: Phrases;
  readonly trend: readonly Block[];
  readonly amendments: readonly Block[];
  readonly runs: readonly ArchivedRun[];
}

const COLUMNS = [
  { title: 'No.', sort: 'order', weight: 0.7 },
  { title: 'Period', sort: 'text', weight: 2.4 },
  { title: 'Template', sort: 'text', weight: 2.2 },
  { title: 'State', sort: 'text', weight: 1.3 },
  { title: 'Completeness', sort: 'text', weight: 1.3 },
  { title: 'Detections', sort: 'number', weight: 1.2 },
  { title: 'Fake', sort: 'number', weight: 0.9 },
  { title: 'Fake rate', sort: 'number', weight: 1 },
  { title: 'Obligations', sort: 'text', weight: 1.8 },
] as const;

const WORDS = {
  ...PAGE_WORDS.en,
  skip: 'Skip to the runs',
  register: {
    tools: {
      ...PAGE_WORDS.en.register.tools,
      title: 'Search the runs',
      result: 'Template',
      medium: 'State',
      pages: 'Pages of the table',
    },
  },
};

/** One page, complete in itself: it needs no server and no network, as the HTML report. */
export async function archivePage(archive: Archive): Promise<string> {
  const { runs, trend, amendments } = archive;
  const frame: PageFrame = {
    ...archive,
    id: integer(runs.length),
    classification: null,
    periodDays: '',
    stamps: [{ text: archive.status.stamp, level: archive.status.level }],
    sections: [],
    phrases: { ...archive.phrases, reportId: 'Runs', end: 'END OF ARCHIVE' },
  };
  const parts: Part[] = [
    ...(trend.length === 0 ? [] : [{ id: 'change', title: 'Trend', section: null } as const]),
    { id: 'register', title: 'Runs', section: null },
    ...(amendments.length === 0 ? [] : [{ id: 'amendment', title: 'Amendments', section: null } as const]),
  ];
  const script = runs.length === 0 ? null : REGISTER_SCRIPT;
  const pieces: string[] = [];
  const write = (all: Iterable<Markup>): void => {
    for (const piece of all) pieces.push(piece.html);
  };
  write(opening(frame, parts, { ...PAGE_WORDS.en, skip: WORDS.skip }, { style: await stylesheet(frame), script }));
  for (const [index, part] of parts.entries()) {
    write([partOpening(part, index + 1)]);
    if (part.id === 'register') write(table(runs));
    else write(renderBlocks(part.id === 'change' ? trend : amendments, { id: part.id, headingLevel: 3 }));
    write([PART_ENDING]);
  }
  write(ending(frame, script));
  return pieces.join('');
}

function* table(runs: readonly ArchivedRun[]): Iterable<Markup> {
  yield html`<p>${runs.length === 0 ? 'No run was found.' : `All runs of the folder, ${integer(runs.length)} in all, the newest period first.`}</p>\n`;
  if (runs.length === 0) return;
  const choices = (of: (run: ArchivedRun) => string): Record<string, string> =>
    Object.fromEntries([...new Set(runs.map(of))].sort().map((one) => [one, one]));
  const words = { ...WORDS.register, results: choices((run) => run.template), media: choices((run) => run.state) };
  yield registerTools(words, new Set(['result', 'medium']));
  yield html`<div class="scroll" role="group" tabindex="0" aria-labelledby="register-caption">
<table id="register-table" class="broad">
<caption id="register-caption">Runs <span class="unseen" data-script hidden>${PAGE_WORDS.en.register.sortable}</span></caption>
${columnGroup(COLUMNS.map(({ weight }) => weight))}
<thead><tr>${COLUMNS.map(({ title, sort }) => html`<th scope="col" data-sort="${sort}"${classOf(sort)}>${title}</th>`)}</tr></thead>
<tbody>\n`;
  for (const [index, run] of runs.entries()) yield row(run, index + 1);
  yield html`</tbody>\n</table>\n</div>\n`;
  yield registerPager({ ...PAGE_WORDS.en.register, tools: words.tools });
}

function row(run: ArchivedRun, number: number): Markup {
  const count = (value: number | null): Markup =>
    html`<td class="number">${value === null ? '–' : html`<data value="${value}">${integer(value)}</data>`}</td>`;
  const rate = run.fakeRate;
  return html`<tr data-result="${run.template}" data-medium="${run.state}"><td class="number">${number}</td><th scope="row"><a href="${run.link}">${prose(run.period, LIMITS.cell)}</a><small class="sub">${prose(run.folder, LIMITS.cell)}</small></th><td>${prose(run.template, LIMITS.cell)}</td><td>${run.state}</td><td>${prose(run.completeness, LIMITS.cell)}</td>${count(run.detections)}${count(run.fake)}<td class="number">${rate === null ? '–' : html`<data value="${rate.value}">${rate.text}</data>`}</td><td>${prose(run.obligations, LIMITS.cell)}</td></tr>\n`;
}
