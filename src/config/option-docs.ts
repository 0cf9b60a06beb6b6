import { configFileOptions, type Option, type Options, variableOf } from './options/index.ts';

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
export function optionsMarkdown(options: Options): string {
  const rows = Object.entries(options).map(
    ([name, option]) =>
      `| \`${flagOf(name, option)}\` | \`${variableOf(name)}\` | ${escapeCell(defaultOf(option))} | ${escapeCell(option.description)} |`,
  );
  return ['| flag | environment | default | meaning |', '|---|---|---|---|', ...rows, ''].join('\n');
}

function flagOf(name: string, option: Option<unknown>): string {
  const { metavar } = option.type;
  // A bar would end the table's cell, even in code.
  return metavar === null ? `--${name}` : `--${name} ${metavar.replaceAll('|', '/')}`;
}

/** The default, in words. */
export function defaultOf(option: Option<unknown>): string {
  if (option.initial === null) return option.otherwise ?? '';
  if (option.initial === false) return '';
  return typeof option.initial === 'string' ? option.initial : JSON.stringify(option.initial);
}

function escapeCell(text: string): string {
  return text.replaceAll('|', '\\|');
}
