import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';

/** One file of `src/`: its path from there (`sinks/csv/sink.ts`), its text, and its text without prose. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
  /** The same length and lines, comments and the insides of strings, templates and regular expressions blanked. */
  readonly code: string;
}

/** One `from '…'`, `import '…'` or `import('…')`. */
export interface Import {
  readonly from: string;
  /** As written: `../core/page.ts`, `node:fs`, `pdfkit`. */
  readonly specifier: string;
  /** Path from `src/`, null for packages and node: modules. Begins with `..` where it leaves `src/`. */
  readonly target: string | null;
}

/** What a rule found, as one line that names the file. */
export type Violation = string;

export function sourceFile(path: string, text: string): SourceFile {
  return { path, text, code: blankProse(text) };
}

/** Every file below a folder. Throws where there is none: an empty check would pass. */
export function readSourceFiles(folder: string): SourceFile[] {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  if (files.length === 0) throw new Error(`${folder} holds no files`);
  return files.map((file) =>
    sourceFile(file.slice(folder.length + 1).replaceAll('\\', '/'), readFileSync(file, 'utf8')),
  );
}

/** Type-only ones included. Also finds `require('…')`; a dynamic import of no literal has the specifier `(computed)`. */
export function importsOf(file: SourceFile): Import[] {
  const found: Import[] = [];
  const places = /(?<![.\w$])(?:(?:from|import)\s*(?=['"])|(?:import|require)\s*\(\s*)/g;
  for (const match of file.code.matchAll(places)) {
    const at = match.index + match[0].length;
    const quote = file.code[at] ?? '';
    const isLiteral = quote === "'" || quote === '"' || quote === '`';
    const specifier = isLiteral ? file.text.slice(at + 1, file.code.indexOf(quote, at + 1)) : '(computed)';
    found.push({ from: file.path, specifier, target: targetOf(file.path, specifier) });
  }
  return found;
}

function targetOf(from: string, specifier: string): string | null {
  return specifier.startsWith('.') ? posix.join(posix.dirname(from), specifier) : null;
}

/** What may stand before a slash that begins a regular expression; behind anything else it divides. */
const BEFORE_REGEX = /(?:^|[(,=:[!&|?{};+\-*%<>~^]|\b(?:return|typeof|case|of|in|void|await|yield))\s*$/;

/** `text` with everything that is not code turned into spaces; quotes stay where they are. */
export function blankProse(text: string): string {
  // By code units, so that both texts have the same positions.
  const code = text.split('');
  /** For each template that is open: how many braces are open in its current `${…}`. */
  const templates: number[] = [];
  const blank = (from: number, to: number): void => {
    for (let i = from; i < Math.min(to, code.length); i++) if (code[i] !== '\n') code[i] = ' ';
  };
  let at = 0;
  while (at < text.length) {
    const char = text[at];
    const inBraces = templates.at(-1);
    let end = at + 1;
    if (text.startsWith('//', at)) end = blankUpTo(/\n|$/g, at, 0);
    else if (text.startsWith('/*', at)) end = blankUpTo(/\*\//g, at, 2);
    else if (char === "'" || char === '"') end = blankWithin(char === '"' ? /\\[^]|"/g : /\\[^]|'/g, at);
    else if (char === '`') end = blankTemplate(at);
    else if (char === '}' && inBraces === 0) {
      templates.pop();
      end = blankTemplate(at);
    } else if (char === '{' && inBraces !== undefined) templates[templates.length - 1] = inBraces + 1;
    else if (char === '}' && inBraces !== undefined) templates[templates.length - 1] = inBraces - 1;
    else if (char === '/' && BEFORE_REGEX.test(code.slice(Math.max(0, at - 40), at).join(''))) {
      end = blankWithin(/\\[^]|\[(?:\\[^]|[^\]\\\n])*\]|\/|\n/g, at);
    }
    at = end;
  }
  return code.join('');

  function blankUpTo(end: RegExp, from: number, length: number): number {
    end.lastIndex = from + length;
    const to = (end.exec(text)?.index ?? text.length) + length;
    blank(from, to);
    return to;
  }

  /** Blanks up to the first match of `token` that is one character long: longer ones are escapes and classes. */
  function blankWithin(token: RegExp, from: number): number {
    token.lastIndex = from + 1;
    for (let match = token.exec(text); match !== null; match = token.exec(text)) {
      if (match[0].length > 1) continue;
      blank(from + 1, match.index);
      return match.index + 1;
    }
    blank(from + 1, text.length);
    return text.length;
  }

  /** Blanks text of a template up to its end, or up to the next `${`, which is code again. */
  function blankTemplate(from: number): number {
    const token = /\\[^]|`|\$\{/g;
    token.lastIndex = from + 1;
    for (let match = token.exec(text); match !== null; match = token.exec(text)) {
      if (match[0].startsWith('\\')) continue;
      blank(from + 1, match.index);
      if (match[0] === '${') templates.push(0);
      return match.index + match[0].length;
    }
    blank(from + 1, text.length);
    return text.length;
  }
}
