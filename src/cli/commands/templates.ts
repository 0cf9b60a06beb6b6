import { EXPORT_OPTIONS, type Options, type PREVIEW_OPTIONS } from '../../config/command-line.ts';
import { resolveFlags } from '../../config/resolve-commands.ts';
import { valuesOf } from '../../config/settings.ts';
import { workbookContent } from '../../config/template-files.ts';
import { colourNotes, listTemplates, loadTemplate, readBuiltInTemplate } from '../../config/template.ts';
import type { CommandCall, CommandContext, CommandEnd } from '../command.ts';
import { everyProblem } from '../failure.ts';
import { checkTransparency } from '../../app/export/dsa-rules.ts';
import { TABLES } from '../../render/transform/tables/tables.ts';

const tables = Object.values(TABLES);

export async function listTemplateNames({ terminal }: CommandContext): CommandEnd {
  const templates = await listTemplates({ tables });
  const width = Math.max(...templates.map((template) => template.name.length));
  for (const { name, description, formats } of templates) {
    await terminal.result(`${name.padEnd(width)}  ${description} (${formats.join(', ')})`);
  }
  return 0;
}

export async function showTemplate({ args, terminal }: CommandCall<Options, 'name'>): CommandEnd {
  await terminal.page(await readBuiltInTemplate(args.name));
  return 0;
}

/** Checks a template and says what it would produce; every problem goes to stderr, the last one with what to do. */
export async function checkTemplate({ args, terminal }: CommandCall<Options, 'path'>): CommandEnd {
  const parts = await everyProblem(terminal, checkTransparency(args.path));
  if (parts.length > 0) {
    await terminal.result(`ok: ${parts.join(', ')}`);
    return 0;
  }
  const template = await everyProblem(terminal, loadTemplate(args.path, { tables }));
  const { workbook } = template;
  const filled = workbook === null ? [] : (await workbookContent(workbook, tables, template.tables)).tables;
  const tablesText = [...template.tables]
    .map(([name, columns]) => {
      const one = filled.find((each) => each.name === name);
      const own = one === undefined || one.own.length === 0 ? '' : ` and ${one.own.length} of its own`;
      const inWorkbook = one === undefined ? '' : `, of which the workbook has ${one.filled.length}${own}`;
      return `${name} (${columns.length} columns${inWorkbook})`;
    })
    .join(', ');
  await terminal.result(`ok: ${template.name}: ${template.formats.join(', ')}; ${tablesText}`);
  await terminal.result(`sha256 ${template.sha256}`);
  for (const note of colourNotes(template.brand)) terminal.note(note);
  return 0;
}

/** Renders a template over generated detections. The last line of stdout is the run folder's path. */
export async function runPreview(call: CommandCall<typeof PREVIEW_OPTIONS, 'path'>): CommandEnd {
  const { args, values, folder, terminal } = call;
  const { language, out, quiet, verbose, debug } = values;
  const flags = {
    source: 'sandbox',
    template: args.path,
    out,
    overwrite: true,
    fresh: true,
    quiet,
    verbose,
    debug,
    'log-format': values['log-format'],
    ...(language === null ? {} : { language }),
  };
  const settings = resolveFlags(EXPORT_OPTIONS, flags, folder);
  const { brand } = await everyProblem(terminal, loadTemplate(args.path, { tables }));
  for (const note of colourNotes(brand)) terminal.note(note);
  const { runExport } = await import('./export.ts');
  return await runExport({ ...call, args: {}, env: {}, settings, values: valuesOf(settings) });
}
