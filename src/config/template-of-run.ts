import { ConfigError } from '../core/errors.ts';
import { templateSha256 } from '../core/template-hash.ts';
import type { Template } from '../core/template.ts';
import { LARGEST_MANIFEST_BYTES, readManifest } from '../seal/evidence/manifest-schema.ts';
import { templateOf } from '../seal/evidence/template-record.ts';
import { sinkOf } from '../render/sinks/registry.ts';
import { pictureType } from './logo.ts';
import { readCapped } from './read-capped.ts';

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
