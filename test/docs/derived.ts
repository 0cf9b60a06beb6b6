import * as z from 'zod';
import { JOB_FILE } from '../../src/app/jobs/job-schema.ts';
import { configFileOptions, defaultOf, type Option, type Options, variableOf } from '../../src/config/options/index.ts';
import { templateSchema } from '../../src/config/template-schema.ts';
import type { TableShape } from '../../src/core/table.ts';

/** JSON Schema of detect-report.yaml for editors: the content of `templates/config.schema.json`. */
export function configJsonSchema(): string {
  const properties = Object.entries(configFileOptions()).map(([name, option]) => [
    name,
    {
      description: option.description,
      ...option.type.schema,
      ...(option.initial === null ? {} : { default: option.initial }),
    },
  ]);
  const schema = {
    title: 'detect-report configuration',
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    type: 'object',
    properties: Object.fromEntries(properties) as unknown,
    additionalProperties: false,
  };
  return `${JSON.stringify(schema, null, 2)}\n`;
}

/** The options of one command as a Markdown table, for the docs. */
export function optionsMarkdown(options: Options, flagsOnly = false): string {
  const rows = Object.entries(options).map(
    ([name, option]) =>
      `| \`${flagOf(name, option)}\` |${flagsOnly ? '' : ` \`${variableOf(name)}\` |`} ${escapeCell(defaultOf(option))} | ${escapeCell(option.description)} |`,
  );
  const head = flagsOnly
    ? ['| flag | default | meaning |', '|---|---|---|']
    : ['| flag | environment | default | meaning |', '|---|---|---|---|'];
  return [...head, ...rows, ''].join('\n');
}

function flagOf(name: string, option: Option<unknown>): string {
  const { metavar } = option.type;
  // A bar would end the table's cell, even in code.
  return metavar === null ? `--${name}` : `--${name} ${metavar.replaceAll('|', '/')}`;
}

function escapeCell(cell: string): string {
  return cell.replaceAll('|', '\\|');
}

/** JSON Schema of the template file for editors: the content of `templates/template.schema.json`. */
export function templateJsonSchema(tables: readonly TableShape[]): string {
  const schema = z.toJSONSchema(templateSchema(tables), { io: 'input' });
  return `${JSON.stringify({ title: 'detect-report template', ...schema }, null, 2)}\n`;
}

/** JSON Schema of the job file for editors: the content of `templates/jobs.schema.json`. */
export function jobsJsonSchema(): string {
  const schema = z.toJSONSchema(JOB_FILE, { io: 'input' });
  return `${JSON.stringify({ title: 'detect-report jobs', ...schema }, null, 2)}\n`;
}
