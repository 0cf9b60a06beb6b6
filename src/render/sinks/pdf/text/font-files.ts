import { access, constants, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { sha256Of } from '../../../../core/merkle.ts';
import type { FontRecord } from '../../../../core/sink.ts';
import type { FontRole } from '../design.ts';

export interface FontFile {
  readonly name: string;
  readonly path: string;
}

const INTER = '@expo-google-fonts/inter';
const DEJAVU = 'dejavu-fonts-ttf/ttf';

/** Scripts with small fonts, at the end of every chain. */
const MORE_SCRIPTS: readonly string[] = [
  '@expo-google-fonts/noto-sans-devanagari/400Regular/NotoSansDevanagari_400Regular.ttf',
  '@expo-google-fonts/noto-sans-thai/400Regular/NotoSansThai_400Regular.ttf',
  '@expo-google-fonts/noto-emoji/400Regular/NotoEmoji_400Regular.ttf',
];

/**
 * Fonts for more scripts. They are large (Chinese alone 10 MB a face, 92 MB as a package) or seldom needed, so they are
 * not installed with the product: with one of these packages installed next to it, the script is shown; otherwise it is
 * `[U+XXXX]`. They come last: installing one changes nothing that could be read without it.
 */
const OPTIONAL: readonly string[] = [
  '@expo-google-fonts/noto-sans-bengali/400Regular/NotoSansBengali_400Regular.ttf',
  '@expo-google-fonts/noto-sans-tamil/400Regular/NotoSansTamil_400Regular.ttf',
  '@expo-google-fonts/noto-sans-jp/400Regular/NotoSansJP_400Regular.ttf',
  '@expo-google-fonts/noto-sans-sc/400Regular/NotoSansSC_400Regular.ttf',
  '@expo-google-fonts/noto-sans-kr/400Regular/NotoSansKR_400Regular.ttf',
];

/** The packages of those fonts, under their installed names. */
export const OPTIONAL_PACKAGES: readonly string[] = OPTIONAL.map((file) => file.split('/').slice(0, 2).join('/'));

const SCRIPTS: readonly (readonly [RegExp, string])[] = [
  [/\p{Script=Bengali}/u, 'bengali'],
  [/\p{Script=Tamil}/u, 'tamil'],
  [/[\p{Script=Hiragana}\p{Script=Katakana}]/u, 'jp'],
  [/\p{Script=Hangul}/u, 'kr'],
  [/\p{Script=Han}/u, 'sc'],
];

/** The package with a font that has the character; null if none is known. */
export function packageFor(character: string): string | null {
  const script = SCRIPTS.find(([pattern]) => pattern.test(character))?.[1];
  return OPTIONAL_PACKAGES.find((name) => name.endsWith(`-${script ?? ''}`)) ?? null;
}

/** The package of an optional font file; null for any other. */
export function packageOfFont(file: string): string | null {
  const path = OPTIONAL.find((each) => named(each, '').name === file);
  return path === undefined ? null : path.split('/').slice(0, 2).join('/');
}

/** Fonts by role, in the order of trying. Static TTF only: fontkit 2.0 reads neither variable nor most WOFF2 fonts. */
const CHAINS: Readonly<Record<FontRole, readonly string[]>> = {
  regular: [`${INTER}/400Regular/Inter_400Regular.ttf`, `${DEJAVU}/DejaVuSans.ttf`],
  medium: [`${INTER}/500Medium/Inter_500Medium.ttf`, `${DEJAVU}/DejaVuSans.ttf`],
  semibold: [`${INTER}/600SemiBold/Inter_600SemiBold.ttf`, `${DEJAVU}/DejaVuSans-Bold.ttf`],
  bold: [`${INTER}/700Bold/Inter_700Bold.ttf`, `${DEJAVU}/DejaVuSans-Bold.ttf`],
  mono: [
    '@expo-google-fonts/noto-sans-mono/400Regular/NotoSansMono_400Regular.ttf',
    `${DEJAVU}/DejaVuSansMono.ttf`,
    `${DEJAVU}/DejaVuSans.ttf`,
  ],
};

/** The chain of a role, resolved from the installed packages. */
export function fontChain(role: FontRole): readonly FontFile[] {
  const { resolve } = createRequire(import.meta.url);
  const installed = OPTIONAL.flatMap((file) => {
    const path = pathOf(file, resolve);
    return path === null ? [] : [named(file, path)];
  });
  return [...CHAINS[role], ...MORE_SCRIPTS].map((file) => named(file, resolve(file))).concat(installed);
}

export interface FoundFonts {
  /** Missing files of packages. */
  readonly missing: readonly string[];
  readonly unreadable: readonly string[];
  /** Optional fonts that are installed, by file name without its style, e.g. `NotoSansThai`. */
  readonly optional: readonly string[];
}

/** Looks for every font without loading any. */
export async function findFonts(): Promise<FoundFonts> {
  const { resolve } = createRequire(import.meta.url);
  const found = { missing: [] as string[], unreadable: [] as string[] };
  for (const file of new Set([...Object.values(CHAINS).flat(), ...MORE_SCRIPTS])) {
    const path = pathOf(file, resolve);
    if (path === null) found.missing.push(file);
    else await access(path, constants.R_OK).catch(() => found.unreadable.push(path));
  }
  const optional = OPTIONAL.filter((file) => pathOf(file, resolve) !== null);
  return { ...found, optional: optional.map((file) => named(file, '').name.replace(/_.*/, '')) };
}

function pathOf(file: string, resolve: NodeJS.RequireResolve): string | null {
  try {
    return resolve(file);
  } catch {
    return null;
  }
}

function named(file: string, path: string): FontFile {
  return { name: file.slice(file.lastIndexOf('/') + 1), path };
}

export async function recordFonts(files: Iterable<FontFile>): Promise<FontRecord[]> {
  const records: FontRecord[] = [];
  for (const { name, path } of files) {
    records.push({ file: name, sha256: sha256Of(await readFile(path)) });
  }
  return records.sort((a, b) => (a.file < b.file ? -1 : 1));
}
