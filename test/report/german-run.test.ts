import { expect, test } from 'vitest';
import { withFolder } from '../run/run-sandbox.ts';
import { LATE, made, told } from '../run/told-figures.ts';

/** Words of the English mail; file names, the title and what a list holds are not translated. */
const ENGLISH = /\b(?:the|of|and|not|deleted|overdue|detections?|report|threshold|is|list|attached|needs|still)\b/i;

test('the mail and the page of a German report are German: subject, remarks, figures with a decimal comma', async () => {
  await withFolder(async (folder) => {
    const items = [made(3, {}), made(2, LATE), made(1, { metrics: { label: 'real', aggregated_score: '0.1' } })];
    const { mail, html } = await told(items, folder, { language: 'de' });
    const text = mail.text.replaceAll(/Deepfake detection report|detect-report|manifest\.json|report\.\w+/g, '');
    expect(mail.subject).toMatch(/^\[NICHT ERFÜLLT \d von \d\].*Januar 2024$/);
    expect(text).toContain('Vollständig: jede Prüfung der Liste wurde gelesen');
    expect(text).toMatch(/3 unter Sofortlöschung: 3 überfällig \(1 verspätet, 2 nie gelöscht\)/);
    expect(text).toMatch(/Fälschungsquote: +66,7 % von 3 entschiedenen, 95-%-Intervall \d+,\d % bis \d+,\d %/);
    expect(text.split('\n').filter((line) => ENGLISH.test(line) && !line.includes('Own policy'))).toEqual([]);
    expect(html).toContain('Angelegt (UTC)');
    expect(html).not.toMatch(/Search the register|Skip to the report|Previous|Not deleted/);
    expect(mail.html).toContain('<html lang="de">');
  });
});

test('the subject of the mail says in English how many obligations are not met, and of which month', async () => {
  await withFolder(async (folder) => {
    const { mail } = await told([made(3, {}), made(2, LATE)], folder);
    expect(mail.subject).toMatch(/^\[NOT MET 1 of 6\] .+, January 2024$/);
  });
});
