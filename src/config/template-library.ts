import { readdir } from 'node:fs/promises';
import { basename, isAbsolute, join } from 'node:path';
import { ConfigError } from '../core/errors.ts';
import { type Template, templateSha256 } from '../core/template.ts';
import { sinkOf } from '../render/sinks/registry.ts';
import { LARGEST_MANIFEST_BYTES, readManifest } from '../seal/evidence/manifest-schema.ts';
import { templateOf } from '../seal/evidence/template-record.ts';
import { builtInFolder, readCapped } from './files.ts';
import { pictureType } from './template-files.ts';
import { TEMPLATE_NAME } from './template-schema.ts';
import { choiceProblem } from './words.ts';

export async function builtInNames(): Promise<string[]> {
  const files = await readdir(builtInFolder());
  return files
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => basename(file, '.yaml'))
    .sort();
}

/** True for words that mean a file: anything with a slash, or ending in `.yaml`, `.yml` or `.json`. */
export function isTemplatePath(nameOrPath: string): boolean {
  return /[\\/]/.test(nameOrPath) || /\.(?:ya?ml|json)$/i.test(nameOrPath);
}

/** A template's place, and its name in messages. */
export interface TemplateLocation {
  readonly path: string;
  /** From the file name; null if that cannot be a template's name. */
  readonly name: string | null;
}

/** Finds a built-in template by name, or takes a path (relative to `baseDir`). Throws `ConfigError`. */
export async function locateTemplate(nameOrPath: string, baseDir = ''): Promise<TemplateLocation> {
  if (nameOrPath.includes('\0')) throw new ConfigError('The template’s path contains a NUL character.');
  if (isTemplatePath(nameOrPath)) {
    const name = basename(nameOrPath).replace(/\.ya?ml$/i, '');
    const path = isAbsolute(nameOrPath) ? nameOrPath : join(baseDir, nameOrPath);
    return { path, name: TEMPLATE_NAME.test(name) ? name : null };
  }
  return locateBuiltIn(nameOrPath);
}

/** Finds a built-in template. A name is looked up in a list, never joined to a path. Throws `ConfigError`. */
export async function locateBuiltIn(name: string): Promise<TemplateLocation> {
  const names = await builtInNames();
  const found = names.find((candidate) => candidate === name);
  if (found !== undefined) return { path: join(builtInFolder(), `${found}.yaml`), name: found };
  throw new ConfigError(choiceProblem('template', name, names), {
    remedy: 'Use one of these names, or a path such as ./my-template.yaml.',
  });
}

/** True for the path of a run's manifest, which holds the template that the run was made with. */
export function isManifestPath(nameOrPath: string): boolean {
  return /(?:^|[\\/])manifest\.json$/.test(nameOrPath);
}

/**
 * The template that a run was made with, from its `manifest.json`, with logo and workbook: the run can be made again
 * from its folder alone. Throws `ConfigError` if the file is not a manifest or its template was changed.
 */
export async function templateOfRun(path: string): Promise<Template> {
  const { bytes } = await readCapped(path, 'manifest', LARGEST_MANIFEST_BYTES);
  const read = readManifest(bytes);
  if (typeof read === 'string') throw unusable(path, read);
  const template = templateOf(read);
  if (templateSha256(template) !== template.sha256) throw unusable(path, 'its template is not the one that it hashes');
  const unknown = template.formats.find((format) => sinkOf(format) === null);
  if (unknown !== undefined) throw unusable(path, `this version does not know its format ${unknown}`);
  const { logo } = template.brand;
  if (logo !== null && pictureType(Buffer.from(logo.bytes), 'the logo') !== logo.type) {
    throw unusable(path, 'its logo is not of the type that it says');
  }
  return template;
}

function unusable(path: string, why: string): ConfigError {
  return new ConfigError(`The template cannot be taken from the manifest: ${why}.`, {
    place: { file: path },
    remedy: 'Name the manifest.json of an unchanged run; detect-report verify says whether it is one.',
  });
}
