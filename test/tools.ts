import { execFileSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Programs that tests judge with, and the Debian package that brings each. */
const PACKAGES = {
  qpdf: 'qpdf',
  pdftotext: 'poppler-utils',
  pdfinfo: 'poppler-utils',
  soffice: 'libreoffice-calc-nogui',
  openpyxl: 'python3-openpyxl',
  python3: 'python3',
  chromium: 'chromium',
  openssl: 'openssl',
  unzip: 'unzip',
  sha256sum: 'coreutils',
  script: 'bsdutils',
  'systemd-analyze': 'systemd',
} as const;

export type Tool = keyof typeof PACKAGES;

/**
 * For `describe.skipIf(without('qpdf'))`: true where the machine lacks one of the tools, so that `npm test` passes on
 * a fresh machine and says what it left out. Never true where CI is set: there a missing tool must fail.
 */
export function without(...tools: readonly Tool[]): boolean {
  if ((process.env['CI'] ?? '') !== '') return false;
  const missing = tools.filter((tool) => !isInstalled(tool));
  for (const tool of missing)
    process.stderr.write(`left out: checks with ${tool} (Debian package ${PACKAGES[tool]})\n`);
  return missing.length > 0;
}

function isInstalled(tool: Tool): boolean {
  if (tool === 'openpyxl') return runs('/usr/bin/python3', ['-c', 'import openpyxl']);
  return (process.env['PATH'] ?? '').split(delimiter).some((folder) => isExecutable(join(folder, tool)));
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function runs(command: string, given: readonly string[]): boolean {
  try {
    execFileSync(command, given, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
