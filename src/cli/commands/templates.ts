import { ConfigError, listTemplates, loadTemplate, readBuiltInTemplate, TABLES } from '../library.ts';
import type { CommandContext, CommandEnd } from './context.ts';

const tables = Object.values(TABLES);

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
export async function showTemplate(name: string, { terminal }: CommandContext): CommandEnd {
  await terminal.page(await readBuiltInTemplate(name));
  return 0;
}

/** Checks a template and says what it would make; every problem of a broken one goes to stderr, the first as error. */
export async function checkTemplate(path: string, { terminal }: CommandContext): CommandEnd {
  try {
    const template = await loadTemplate(path, { tables });
    const tablesText = [...template.tables].map(([name, columns]) => `${name} (${columns.length} columns)`).join(', ');
    await terminal.result(`ok: ${template.name}: ${template.formats.join(', ')}; ${tablesText}`);
    await terminal.result(`sha256 ${template.sha256}`);
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
