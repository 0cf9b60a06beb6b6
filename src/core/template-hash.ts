import { sha256Of } from './sha256.ts';
import { canonicalJson } from './json.ts';
import type { Template } from './template.ts';

/**
 * SHA-256 (hex) over everything that decides what a run writes. Logo and workbook count by their hashes; the comments
 * and description of a template file do not count.
 */
export function templateSha256(template: Omit<Template, 'sha256'>): string {
  const { workbook } = template;
  const { logo } = template.brand;
  const content = {
    ...template,
    sha256: undefined,
    tables: Object.fromEntries(template.tables),
    brand: { ...template.brand, logo: logo === null ? null : { type: logo.type, sha256: sha256Of(logo.bytes) } },
    // Left out if null: templates hashed by versions without workbooks keep their hash.
    workbook: workbook === null ? undefined : sha256Of(workbook),
  };
  return sha256Of(canonicalJson(content));
}
