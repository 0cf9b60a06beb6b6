import { execFileSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { LANGUAGES, type Language } from '../../src/core/template.ts';
import { DE } from '../../src/render/report/text/de/index.ts';
import { EN, type ReportText } from '../../src/render/report/text/en/index.ts';
import { Office } from './office.ts';

const TEXTS: Readonly<Record<Language, ReportText>> = { en: EN, de: DE };
const ORGANISATION =
  'Landesbeauftragte für den Datenschutz und die Informationsfreiheit in der Bundesrepublik und ihren Ländern';

/** The template of the monthly report with the long names of an authority. */
async function template(language: Language): Promise<string> {
  const file = join(import.meta.dirname, '..', '..', 'templates', 'monthly-compliance.yaml');
  return `${await readFile(file, 'utf8')}\norganisation: ${ORGANISATION}\nlanguage: ${language}\n`
    .replace(/^formats: .*$/m, 'formats: [csv, xlsx, pdf, html]')
    .replaceAll('obligation: Own policy, ', 'obligation: Group policy on synthetic media of 12 March 2024, ');
}

/** The text of each page, without the running head. */
function pagesOf(path: string): string[] {
  const text = execFileSync('pdftotext', ['-layout', path, '-'], { encoding: 'utf8', maxBuffer: 1e8 });
  return text.split('\f').slice(0, -1);
}

test.each(LANGUAGES)(
  'half a year of a job in %s: at most 12 pages a month, and all of page 1 on it',
  async (language) => {
    const office = await Office.open({ detections: 2800, months: 7 });
    await writeFile(join(office.folder, 'monthly.yaml'), await template(language));
    const job = [
      'schedule: "0 6 1 * *"',
      'template: ./monthly.yaml',
      'since: 2023-08-01',
      `base_url: ${office.sandbox.url}`,
    ];
    await writeFile(office.jobFile, `jobs:\n  monthly:\n${job.map((line) => `    ${line}\n`).join('')}`);
    expect((await office.run('2024-02-03T06:00:00Z')).errors).toEqual([]);
    const runs = await office.runs();
    expect(runs).toHaveLength(6);
    const { summary, titles, phrases } = TEXTS[language];
    const link = new RegExp(` ${phrases.onPage.replace('{page}', String.raw`\d+`)}$`, 'gm');
    for (const [index, run] of runs.entries()) {
      const pages = pagesOf(join(office.out, run, 'report.pdf'));
      expect([run, pages.length <= (index === 0 ? 11 : 12)]).toEqual([run, true]);
      const [first = '', second = ''] = pages;
      const [matrix = '', actions = ''] = first.split(summary.action(5, 5));
      expect(matrix).toContain('Group policy on synthetic media');
      expect(actions.match(link)?.length).toBeGreaterThan(3);
      expect(second).toContain(titles.contents);
      expect(second.split(titles.contents)[0]).not.toMatch(link);
    }
  },
);
