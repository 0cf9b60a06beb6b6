import { createHash } from 'node:crypto';
import { canonicalJson } from './json.ts';
import type { Template } from './template.ts';

/**
 * SHA-256 (hex) over everything that decides what a run writes. The logo counts by its hash; a template file's comments
 * and description do not count.
 */
export function templateSha256(template: Omit<Template, 'sha256'>): string {
  const { logo } = template.brand;
  const content = {
    ...template,
    sha256: undefined,
    tables: Object.fromEntries(template.tables),
    brand: { ...template.brand, logo: logo === null ? null : { type: logo.type, sha256: sha256(logo.bytes) } },
  };
  return sha256(canonicalJson(content));
}

function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}
