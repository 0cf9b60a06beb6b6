import type { Element, PdfObjects } from './pdf-objects.ts';

/** A condition of PDF/A-3a (ISO 19005-3:2012) or PDF/UA-1 (ISO 14289-1:2014), and where a file breaks it. */
export interface Rule {
  readonly clause: string;
  readonly problems: (file: Conformance) => readonly string[];
}

/** A file with everything that the rules look at. */
export interface Conformance {
  readonly bytes: Buffer;
  readonly objects: PdfObjects;
  readonly elements: readonly Element[];
  /** Types from the root down to each element's parent. */
  readonly ancestors: ReadonlyMap<Element, readonly Element[]>;
}

const none: readonly string[] = [];
/** Nothing where it holds, else the problem. */
export const unless = (holds: boolean, problem: string): readonly string[] => (holds ? none : [problem]);
