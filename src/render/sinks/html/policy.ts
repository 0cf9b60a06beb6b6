import { createHash } from 'node:crypto';

/** The page's content security policy: it loads nothing, and only the styles and scripts with these hashes apply. */
export function contentSecurityPolicy(style: string, script: string | null): string {
  return [
    `default-src 'none'`,
    `script-src ${script === null ? `'none'` : hashOf(script)}`,
    `style-src ${hashOf(style)}`,
    'img-src data:',
    'font-src data:',
    `base-uri 'none'`,
    `form-action 'none'`,
  ].join('; ');
}

/** Content Security Policy Level 3, 2.3.1: the SHA-256 of an element's text as UTF-8. */
function hashOf(text: string): string {
  return `'sha256-${createHash('sha256').update(text, 'utf8').digest('base64')}'`;
}
