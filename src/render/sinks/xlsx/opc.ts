import { xmlAttribute } from './cells.ts';

/*
 * The names and elements that give the parts of an OPC package (ECMA-376-2) their types and relationships, for our own
 * workbook and for one that is filled.
 */

/** The part with the types of all other parts. */
export const CONTENT_TYPES = '[Content_Types].xml';

/** The part with the relationships of another; `''` is the package. */
export function relationshipsPart(from: string): string {
  return from === '' ? '_rels/.rels' : from.replace(/([^/]+)$/, '_rels/$1.rels');
}

/** The element that declares a part's type. */
export function contentType(part: string, type: string): string {
  return `<Override PartName="/${xmlAttribute(part)}" ContentType="${type}"/>`;
}

/** The element that leads to a part of the package. */
export function relationship(id: string, type: string, to: string): string {
  return `<Relationship Id="${id}" Type="${type}" Target="/${xmlAttribute(to)}"/>`;
}
