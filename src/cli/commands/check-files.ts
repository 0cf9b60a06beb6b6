import { type CHECK_OPTIONS, EXPORT_OPTIONS, type Options, type PREVIEW_OPTIONS } from '../../config/command-line.ts';
import { resolveFlags } from '../../config/resolve-commands.ts';
import { valuesOf } from '../../config/settings.ts';
import { workbookContent } from '../../config/template-files.ts';
import { colourNotes } from '../../config/template.ts';
import type { CommandCall, CommandContext, CommandEnd } from '../command.ts';
import { exitCodeOfError } from '../exit-codes.ts';
import { failureLines } from '../failure.ts';
import {
  checkLive,
  ConfigError,
  type Job,
  listTemplates,
  loadTemplate,
  planJobs,
  readBuiltInTemplate,
  readJobs,
  TABLES,
  zonedText,
} from '../library.ts';
import { contextOf } from './deliver.ts';
import { runExport } from './export.ts';
import type { Terminal } from '../terminal.ts';

const tables = Object.values(TABLES);

/** Checks a job file: prints a line for each job, or every problem of a broken file, the first as the error. */
export async function checkJobs(call: CommandCall<typeof CHECK_OPTIONS, 'file'>): CommandEnd {
  const { args, terminal, env, values } = call;
  let worst = 0;
  const code = await checked(terminal, async () => {
    const file = await readJobs(args.file, { tables });
    for (const { job, plan } of await planJobs(file.jobs, Date.now())) {
      const next = plan.nextMs === null ? 'never' : zonedText(plan.nextMs, job.timezone);
      await terminal.result(`ok: ${jobText(job)}; next ${next}`);
      const { apiKey } = job;
      if (values.live) {
        const checks = await checkLive(
          job,
          contextOf(call, file.baseDir, () => undefined),
        );
        for (const { what, error } of checks) {
          await terminal.result(`${error === null ? 'ok' : 'FAILED'}: ${job.name}: ${what}`);
          if (error === null) continue;
          for (const line of failureLines(error, values.debug)) terminal.note(`${job.name}: ${line}`);
          worst = Math.max(worst, exitCodeOfError(error));
        }
      } else if (apiKey !== null && 'env' in apiKey && (env[apiKey.env] ?? '') === '') {
        terminal.note(`warning: ${job.name}: the variable ${apiKey.env}, which holds its key, is not set here`);
      }
    }
  });
  return code === 0 ? worst : code;
}

function jobText(job: Job): string {
  const { name, schedule, timezone, period, template, formats, outDir, deliver } = job;
  const what = period.kind === 'fixed' ? `${period.from} to ${period.to}` : period.kind;
  const where = deliver.length === 0 ? '' : `, delivered to ${deliver.map(({ kind }) => kind).join(', ')}`;
  return `${name}: "${schedule}" (${timezone}), ${what}: ${template.name} as ${(formats ?? template.formats).join(', ')} in ${outDir}${where}`;
}

/** Names and purposes of the built-in templates. */
export async function listTemplateNames({ terminal }: CommandContext): CommandEnd {
  const templates = await listTemplates({ tables });
  const width = Math.max(...templates.map((template) => template.name.length));
  for (const { name, description, formats } of templates) {
    await terminal.result(`${name.padEnd(width)}  ${description} (${formats.join(', ')})`);
  }
  return 0;
}

/** The text of a built-in template. */
export async function showTemplate({ args, terminal }: CommandCall<Options, 'name'>): CommandEnd {
  await terminal.page(await readBuiltInTemplate(args.name));
  return 0;
}

/** Checks a template and says what it would produce; every problem goes to stderr, the first as the error. */
export async function checkTemplate({ args, terminal }: CommandCall<Options, 'path'>): CommandEnd {
  return await checked(terminal, async () => {
    const template = await loadTemplate(args.path, { tables });
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
  });
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
  return await checked(terminal, async () => {
    for (const note of colourNotes((await loadTemplate(args.path, { tables })).brand)) terminal.note(note);
    await runExport({ ...call, args: {}, env: {}, settings, values: valuesOf(settings) });
  });
}

/** Returns 0 if `check` finds nothing. Prints all problems but the thrown one. */
async function checked(terminal: Terminal, check: () => Promise<void>): CommandEnd {
  try {
    await check();
    return 0;
  } catch (error) {
    if (error instanceof ConfigError && error.cause instanceof AggregateError) {
      for (const problem of error.cause.errors.slice(1) as unknown[]) {
        if (problem instanceof Error) terminal.note(`error: ${problem.message}`);
      }
    }
    throw error;
  }
}
