import { FILE_RULES } from './file-rules.ts';
import { type Element, flatten, type PdfObjects, structureTree } from './pdf-objects.ts';
import type { MadePdf } from './pdf-tools.ts';
import type { Conformance, Rule } from './rule.ts';
import { STRUCTURE_RULES } from './structure-rules.ts';

export const RULES: readonly Rule[] = [...FILE_RULES, ...STRUCTURE_RULES];

export function conformanceOf(pdf: Pick<MadePdf, 'bytes'>, objects: PdfObjects): Conformance {
  const root = structureTree(objects);
  const ancestors = new Map<Element, readonly Element[]>();
  const walk = (element: Element, above: readonly Element[]): void => {
    ancestors.set(element, above);
    for (const child of element.children) walk(child, [...above, element]);
  };
  walk(root, []);
  return { bytes: pdf.bytes, objects, elements: flatten(root), ancestors };
}

/** Every rule that the file breaks, with its clause. */
export function violations(file: Conformance): string[] {
  return RULES.flatMap(({ clause, problems }) => problems(file).map((problem) => `${clause}: ${problem}`));
}
