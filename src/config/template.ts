import { readFile } from 'node:fs/promises';
import { themeOf } from '../core/design.ts';
import { ConfigError } from '../core/errors.ts';
import { type ClassificationPolicy, DEFAULT_POLICY, foldLabel, type Obligation } from '../core/policy.ts';
import type { Column, TableName, TableShape } from '../core/table.ts';
import { type Brand, type DsaFacts, type Template, templateSha256 } from '../core/template.ts';
import { readCapped } from './files.ts';
import { readLogo, readWorkbook } from './template-files.ts';
import { builtInNames, isManifestPath, locateBuiltIn, locateTemplate, templateOfRun } from './template-library.ts';
import { DEFAULT_BRAND, readTarget, type TemplateFile, templateSchema } from './template-schema.ts';
import { readDurationSeconds, readTimezone } from './words.ts';
import { firstProblem, plainProblem, problemAt, readYamlFile, schemaProblems, type YamlFile } from './yaml-file.ts';

export interface TemplateContext {
  /** All tables and columns that a template may choose. */
  readonly tables: readonly TableShape[];
  /** Folder that a relative template path starts from; the process's own if absent. */
  readonly baseDir?: string;
}

/**
 * A built-in template by name, a template file by path, or that of a run by its `manifest.json`, checked and resolved:
 * defaults filled in, columns listed, logo read, hash computed, frozen. Throws `ConfigError` as `file:line: path:
 * problem`, with the allowed values; for several problems, its cause is an `AggregateError` of them all.
 */
export async function loadTemplate(nameOrPath: string, context: TemplateContext): Promise<Template> {
  const location = await locateTemplate(nameOrPath, context.baseDir);
  if (isManifestPath(location.path)) return deepFreeze(await templateOfRun(location.path));
  const file = await readYamlFile(location.path, 'template');
  const parsed = templateSchema(context.tables).safeParse(file.data, { error: plainProblem });
  if (!parsed.success) throw firstProblem(schemaProblems(file, parsed.error)) ?? parsed.error;
  const name = parsed.data.name ?? location.name;
  if (name === null) {
    const remedy = 'Add `name:` with lower-case letters, digits, _ and -, or rename the file.';
    throw problemAt(file.path, 1, 'the file’s name cannot be the name of a template.', remedy);
  }
  return resolveTemplate(name, parsed.data, file, location.path, context.tables);
}

export async function listTemplates(context: TemplateContext) {
  const schema = templateSchema(context.tables);
  const names = await builtInNames();
  return Promise.all(
    names.map(async (name) => {
      const { path } = await locateBuiltIn(name);
      const { title, description = '', formats } = schema.parse((await readYamlFile(path, 'template')).data);
      return { name, title, description, formats };
    }),
  );
}

/** The text of a built-in template, to copy and change. Throws `ConfigError` for an unknown name. */
export async function readBuiltInTemplate(name: string): Promise<string> {
  const { path } = await locateBuiltIn(name);
  return readFile(path, 'utf8');
}

async function resolveTemplate(
  name: string,
  data: TemplateFile,
  file: YamlFile,
  path: string,
  tables: readonly TableShape[],
): Promise<Template> {
  const { brand, workbook } = data;
  const columns = chooseColumns(data.tables, tables);
  const resolved = {
    name,
    title: data.title,
    organisation: data.organisation ?? null,
    classification: data.classification ?? null,
    period: data.period,
    timezone: readTimezone(data.timezone) ?? data.timezone,
    formats: data.formats,
    tables: columns,
    brand: {
      primaryColour: brand.primary_colour.toLowerCase(),
      accentColour: brand.accent_colour.toLowerCase(),
      logo: brand.logo === undefined ? null : await placed(file, ['brand', 'logo'], readLogo(path, brand.logo)),
    },
    workbook:
      workbook === undefined ? null : await placed(file, ['workbook'], readWorkbook(path, workbook, tables, columns)),
    sections: data.sections,
    policy: resolvePolicy(data.policy, file),
    retentionLimitSeconds: data.retention_limit === undefined ? null : readDurationSeconds(data.retention_limit),
    registerLimit: data.register_limit,
    ...reportParts(data),
  };
  return deepFreeze({ ...resolved, sha256: templateSha256(resolved) });
}

/** Undefined if the file does not have them: such a template keeps the hash it had before these keys existed. */
function reportParts(data: TemplateFile) {
  const { compliance, sign_off: signOff, attachment_limit_mb: megabytes, action_limit: limit, dsa } = data;
  const { comment, notes, annex, language } = data;
  return {
    comment,
    notes,
    annex,
    language,
    actionLimitSeconds: limit === undefined ? undefined : (readDurationSeconds(limit) ?? 0),
    dsa: dsa && dsaFactsOf(dsa),
    obligations: compliance?.map(obligationOf),
    signOff: signOff && { statement: signOff.statement ?? null, roles: signOff.roles },
    attachmentLimitBytes: megabytes && megabytes * 1_000_000,
  };
}

function dsaFactsOf(dsa: NonNullable<TemplateFile['dsa']>): DsaFacts {
  const { provider, service, kind, published = null, previous = null, correction = null } = dsa;
  const values = dsa.values.map((one) => ({ ...one, scope: one.scope ?? null }));
  return { provider, service, kind, published, previous, correction, values };
}

/** The template with the words of a run's own: another comment, another language. Its hash covers them. */
export function withWords(template: Template, words: Pick<Template, 'comment' | 'language'>): Template {
  if (Object.keys(words).length === 0) return template;
  const { sha256: _, ...content } = { ...template, ...words };
  return deepFreeze({ ...content, sha256: templateSha256(content) });
}

const LARGEST_COMMENT_BYTES = 40_000;
const LONGEST_COMMENT = 10_000;

/** The text of `--comment`. Throws `ConfigError`. */
export async function readComment(path: string): Promise<string> {
  const { bytes } = await readCapped(path, 'comment', LARGEST_COMMENT_BYTES);
  const comment = bytes.toString('utf8').replaceAll('\r\n', '\n').trim();
  const remedy = `Give a text file (UTF-8) of 1 to ${LONGEST_COMMENT} characters.`;
  if (comment === '' || comment.length > LONGEST_COMMENT || comment.includes('\ufffd')) {
    throw new ConfigError(`--comment: ${path} holds no text that fits.`, { place: { file: path }, remedy });
  }
  return comment;
}

/** A line for each colour of the organisation's own that had to be changed for contrast. */
export function colourNotes(brand: Brand): string[] {
  const { primary, accent } = themeOf(brand);
  const pairs = [
    ['primary_colour', brand.primaryColour, primary, DEFAULT_BRAND.primaryColour],
    ['accent_colour', brand.accentColour, accent, DEFAULT_BRAND.accentColour],
  ] as const;
  return pairs.flatMap(([key, asked, used, usual]) =>
    asked === used || asked === usual
      ? []
      : [`brand.${key}: ${asked} is too light for text on white, so reports use ${used}.`],
  );
}

function obligationOf(duty: NonNullable<TemplateFile['compliance']>[number]): Obligation {
  return {
    obligation: duty.obligation,
    requirement: duty.requirement ?? null,
    indicator: duty.indicator ?? null,
    atMost: readTarget(duty.at_most),
    atLeast: readTarget(duty.at_least),
    evidence: duty.evidence ?? null,
    notApplicable: duty.not_applicable ?? null,
  };
}

/** Columns by table, both in the transform's own order: a template selects and does not reorder. */
function chooseColumns(chosen: TemplateFile['tables'], tables: readonly TableShape[]): Map<TableName, string[]> {
  const columnsByTable = new Map<TableName, string[]>();
  for (const { name: table, columns } of tables) {
    const wish = chosen[table];
    if (wish === undefined) continue;
    const isChosen = ({ name, private: isPrivate }: Column): boolean =>
      wish === 'all' || (wish === 'public' ? !isPrivate : wish.includes(name));
    columnsByTable.set(
      table,
      columns.filter(isChosen).map(({ name }) => name),
    );
  }
  return columnsByTable;
}

/** The result of `reading`; adds the template's file and line to a `ConfigError`. */
async function placed<T>(file: YamlFile, keys: readonly string[], reading: Promise<T>): Promise<T> {
  try {
    return await reading;
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw problemAt(file.path, file.lineOf(keys), `${keys.join('.')}: ${error.message}`, error.remedy ?? '', error);
  }
}

/** Folds the labels, which is how they are compared: the hash then covers the rule's meaning. */
function resolvePolicy(policy: TemplateFile['policy'], file: YamlFile): ClassificationPolicy {
  if (policy === undefined) return DEFAULT_POLICY;
  const owner = new Map<string, string>();
  const fold = (list: 'fake' | 'real' | 'indeterminate'): string[] =>
    policy[list].map((label, i) => {
      const folded = foldLabel(label);
      const other = owner.get(folded);
      if (other !== undefined) {
        const line = file.lineOf(['policy', list, i]);
        const twice = `policy.${list}[${i}]: ${JSON.stringify(folded)} is already in policy.${other}.`;
        throw problemAt(file.path, line, twice, 'Keep each label on one list only.');
      }
      owner.set(folded, list);
      return folded;
    });
  return {
    name: policy.name,
    fake: fold('fake'),
    real: fold('real'),
    indeterminate: fold('indeterminate'),
    notAssessedScore: policy.not_assessed_score,
  };
}

function deepFreeze<T extends object>(value: T): T {
  // Bytes cannot be frozen, and only its type protects a map's entries.
  if (ArrayBuffer.isView(value) || value instanceof Map) return value;
  for (const member of Object.values(value)) if (typeof member === 'object' && member !== null) deepFreeze(member);
  return Object.freeze(value);
}
