import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { COMMAND_NAMES, type CommandName, COMMANDS } from '../../src/cli/commands.ts';
import { orderedOptions, PROGRAM, synopsisOf } from '../../src/cli/help.ts';
import { configJsonSchema, jobsJsonSchema, optionsMarkdown, templateJsonSchema } from './derived.ts';
import { TABLES } from '../../src/index.ts';
import { DELIVERY_SETTINGS } from '../../src/deliver/registry.ts';
import { NOTIFY_SETTINGS } from '../../src/deliver/notify/settings.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const MARKED = /(<!-- generated: ([a-z0-9_ ]+) -->\n)[\s\S]*?(<!-- end -->)/g;

function columns(name: keyof typeof TABLES): string {
  const rows = TABLES[name].columns.map(
    (column) =>
      `| \`${column.name}\` | ${column.type} | ${column.path} | ${column.description}${column.private ? ' *Private.*' : ''} |`,
  );
  return ['| column | type | from | meaning |', '|---|---|---|---|', ...rows, ''].join('\n');
}

interface KeySchema {
  readonly description?: string;
  readonly default?: string | number | object;
  readonly properties?: Readonly<Record<string, KeySchema>>;
}

/** Keys of a template, those of its mappings too. */
function templateKeys(): string {
  const schema = JSON.parse(templateJsonSchema(Object.values(TABLES))) as KeySchema & { readonly required: string[] };
  const rows = (keys: KeySchema['properties'] = {}, prefix = ''): string[] =>
    Object.entries(keys).flatMap(([key, { description = '', properties, default: otherwise }]) => {
      const initial = otherwise === undefined || typeof otherwise === 'object' ? '' : `\`${otherwise}\``;
      const must = prefix === '' && schema.required.includes(key) ? ' *Required.*' : '';
      const row = `| \`${prefix}${key}\` | ${initial} | ${description.replaceAll('|', '\\|')}${must} |`;
      return [row, ...rows(properties, `${prefix}${key}.`)];
    });
  return ['| key | default | meaning |', '|---|---|---|', ...rows(schema.properties), ''].join('\n');
}

/** Keys of a job. */
function jobKeys(): string {
  const schema = JSON.parse(jobsJsonSchema()) as {
    readonly properties: {
      readonly jobs: { readonly additionalProperties: KeySchema & { readonly required: readonly string[] } };
    };
  };
  const job = schema.properties.jobs.additionalProperties;
  const rows = Object.entries(job.properties ?? {}).map(([key, { description = '', default: otherwise }]) => {
    const initial = otherwise === undefined || typeof otherwise === 'object' ? '' : `\`${otherwise}\``;
    const must = job.required.includes(key) ? ' *Required.*' : '';
    return `| \`${key}\` | ${initial} | ${description.replaceAll('|', '\\|')}${must} |`;
  });
  return ['| key | default | meaning |', '|---|---|---|', ...rows, ''].join('\n');
}

/** Keys of one kind of destination, or of `notify`. */
function settingKeys(schema: z.ZodType): string {
  const { properties = {}, required = [] } = z.toJSONSchema(schema, { io: 'input' }) as KeySchema & {
    readonly required?: readonly string[];
  };
  const rows = Object.entries(properties).flatMap(([key, { description = '', default: otherwise }]) => {
    const shown = Array.isArray(otherwise) ? `[${otherwise.join(', ')}]` : otherwise;
    const initial = shown === undefined || shown === '' || typeof shown === 'object' ? '' : `\`${shown}\``;
    const must = required.includes(key) ? ' *Required.*' : '';
    return key === 'kind' ? [] : [`| \`${key}\` | ${initial} | ${description}${must} |`];
  });
  return ['| key | default | meaning |', '|---|---|---|', ...rows, ''].join('\n');
}

/** Every command, with what it does. */
function commands(): string {
  const synopses = COMMAND_NAMES.map((name) => `${PROGRAM} ${synopsisOf(name, COMMANDS[name].args)}`);
  const width = Math.max(...synopses.map(({ length }) => length));
  const lines = COMMAND_NAMES.map((name, index) => `${synopses[index]?.padEnd(width)}  ${COMMANDS[name].summary}`);
  return ['```', ...lines, '```', ''].join('\n');
}

function options(name: CommandName): string {
  return optionsMarkdown(Object.fromEntries(orderedOptions(COMMANDS[name])), COMMANDS[name].flagsOnly);
}

const GENERATED: Record<string, () => string> = {
  'columns detections': () => columns('detections'),
  'columns metric_nodes': () => columns('metric_nodes'),
  'columns audio_scores': () => columns('audio_scores'),
  'template keys': templateKeys,
  commands,
  ...Object.fromEntries(COMMAND_NAMES.map((name) => [`options ${name}`, () => options(name)])),
  'job keys': jobKeys,
  ...Object.fromEntries(
    DELIVERY_SETTINGS.options.map((one) => [`deliver ${one.shape.kind.value}`, () => settingKeys(one)]),
  ),
  'notify keys': () => settingKeys(NOTIFY_SETTINGS),
};

test('docs/command-line.md has the options of every command that has any', async () => {
  const text = await readFile(join(ROOT, 'docs', 'command-line.md'), 'utf8');
  const described = [...text.matchAll(/<!-- generated: options ([a-z ]+) -->/g)].map(([, name]) => name);
  const withOptions = COMMAND_NAMES.filter((name) => Object.keys(COMMANDS[name].options).length > 0);
  expect(new Set(described)).toEqual(new Set(withOptions));
});

/** `npm run docs` writes the tables; without it this test says where they have gone stale. */
describe('tables in the docs', () => {
  test.each(['docs/output.md', 'docs/command-line.md', 'docs/templates.md', 'docs/jobs.md', 'docs/operations.md'])(
    '%s is fresh',
    async (file) => {
      const path = join(ROOT, file);
      const text = await readFile(path, 'utf8');
      let found = 0;
      const fresh = text.replaceAll(MARKED, (_, open: string, what: string, close: string) => {
        found++;
        const make = GENERATED[what];
        if (make === undefined) throw new Error(`${file} asks for "${what}", which nothing generates`);
        return `${open}${make()}${close}`;
      });
      expect(found).toBeGreaterThan(0);
      if (process.env['UPDATE_DOCS'] === '1') await writeFile(path, fresh);
      else expect(text, 'stale: run npm run docs').toBe(fresh);
    },
  );
});

describe('editors complete files from a schema that is up to date', () => {
  test.each<[name: string, schema: () => string]>([
    ['config', configJsonSchema],
    ['jobs', jobsJsonSchema],
    ['template', () => templateJsonSchema(Object.values(TABLES))],
  ])('templates/%s.schema.json', async (name, schema) => {
    const path = join(ROOT, 'templates', `${name}.schema.json`);
    if (process.env['UPDATE_DOCS'] === '1') await writeFile(path, schema());
    expect(await readFile(path, 'utf8')).toBe(schema());
  });
});
