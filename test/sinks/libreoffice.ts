import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** LibreOffice believes cached values of workbooks unless told to calculate every formula anew. */
const ALWAYS_RECALCULATE = `<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>`;

/** Opens spreadsheet files in a LibreOffice of its own and returns each as flat OpenDocument XML, in the same order. */
export function openInLibreOffice(paths: readonly string[], folder: string, importFilter: string | null): string[] {
  const profile = join(folder, 'libreoffice');
  mkdirSync(join(profile, 'user'), { recursive: true });
  writeFileSync(join(profile, 'user', 'registrymodifications.xcu'), ALWAYS_RECALCULATE);
  const out = join(folder, `fods-${importFilter ?? 'workbooks'}`.replaceAll(/[^\w-]/g, '_'));
  execFileSync(
    'soffice',
    [
      `-env:UserInstallation=${pathToFileURL(profile).href}`,
      '--headless',
      ...(importFilter === null ? [] : [`--infilter=${importFilter}`]),
      '--convert-to',
      'fods',
      '--outdir',
      out,
      ...paths,
    ],
    { stdio: 'ignore' },
  );
  return paths.map((path) => readFileSync(join(out, `${basename(path).replace(/\.\w+$/, '')}.fods`), 'utf8'));
}

/** How many cells hold a formula. LibreOffice writes the boolean values of a workbook as `TRUE()` and `FALSE()`. */
export function formulaCells(fods: string): number {
  return (fods.match(/ table:formula="(?!of:=(?:TRUE|FALSE)\(\)")/g) ?? []).length;
}

/** The sheets of a document: their XML by name. */
export function sheetsOf(fods: string): Map<string, string> {
  const sheets = new Map<string, string>();
  // Charts carry a small table of their own.
  const withoutCharts = fods.replaceAll(/<draw:object[ >].*?<\/draw:object>/gs, '');
  for (const [, name = '', xml = ''] of withoutCharts.matchAll(
    /<table:table table:name="([^"]*)"(.*?)<\/table:table>/gs,
  )) {
    sheets.set(name, xml);
  }
  return sheets;
}

/** Rows of a sheet that show anything. */
export function filledRows(sheet: string): number {
  return sheet.split('<table:table-row').filter((row) => row.includes('<text:p>')).length;
}
