import type { Colour } from '../../../core/design.ts';

/**
 * The page and the type of the PDF. Colours and textures are those of `core/design.ts`, which every format shares;
 * lengths are points (1/72 inch).
 */

/** A4. One text column of 487 points, which is also the width of the report's charts. */
export const PAGE = {
  width: 595.28,
  height: 841.89,
  left: 54,
  right: 54,
  top: 68,
  bottom: 54,
  head: 49,
  foot: 808,
} as const;

export const COLUMN_WIDTH = PAGE.width - PAGE.left - PAGE.right;

/** Unit of the vertical rhythm; distances between blocks are multiples of it. */
export const UNIT = 6;

export type FontRole = 'regular' | 'medium' | 'semibold' | 'bold' | 'mono';

export interface TextStyle {
  readonly role: FontRole;
  readonly size: number;
  /** Distance between baselines. */
  readonly leading: number;
  /** Figures of one width, no kerning: for columns of numbers and long tables. */
  readonly tabular: boolean;
}

const running = (role: FontRole, size: number, leading: number): TextStyle => ({ role, size, leading, tabular: false });
const tabular = (role: FontRole, size: number, leading: number): TextStyle => ({ role, size, leading, tabular: true });

/** The type scale: 7.5 · 8 · 9.5 · 11.5 · 13 · 15 · 20 · 26, every size with its role and leading. */
export const TYPE = {
  coverTitle: running('bold', 26, 32),
  coverStamp: running('bold', 11.5, 16),
  coverPeriod: running('regular', 11.5, 17),
  section: running('bold', 15, 20),
  heading: running('semibold', 11.5, 16),
  lead: running('medium', 11.5, 17.5),
  body: running('regular', 9.5, 13.5),
  strong: running('semibold', 9.5, 13.5),
  note: running('regular', 8, 11),
  label: running('medium', 8, 12),
  stamp: running('bold', 8, 12),
  figure: running('semibold', 20, 25),
  caption: running('semibold', 8.5, 12),
  cell: tabular('regular', 8, 11),
  cellStrong: tabular('semibold', 8, 11),
  cellHead: tabular('semibold', 7.5, 10),
  cellSub: tabular('regular', 7, 10),
  definition: tabular('regular', 8.5, 11.5),
  mono: tabular('mono', 7, 10.5),
  monoSub: tabular('mono', 6.4, 9.5),
  code: tabular('mono', 8, 13),
  running: tabular('regular', 7.5, 10),
  runningStrong: tabular('semibold', 7.5, 10),
  tick: tabular('regular', 7.5, 10),
  axis: tabular('regular', 7.5, 10),
  value: tabular('medium', 8, 10),
} as const satisfies Record<string, TextStyle>;

/** Longest texts in code units; truncated text ends with an ellipsis. */
export const LIMITS = { cell: 300, paragraph: 2_000, heading: 200 } as const;

/** Longer than a template allows: titles and names of an organisation are never truncated. */
export const LONGEST_NAME = 500;

export const STROKE = { hair: 0.5, rule: 0.8, bar: 3, section: 1.6 } as const;

/** How a texture is drawn, as distances in points. */
export const TEXTURE = { hatchStep: 3.2, hatchWidth: 1.1, dotStep: 3.4, dotRadius: 0.75, outline: 0.9 } as const;

/** Printed on a coloured area to make its texture. */
export const TEXTURE_INK: Colour = '#ffffff';

/** From the top of a line to its baseline: the letters are centred in the leading. */
export function baselineOf(style: TextStyle): number {
  return style.leading / 2 + style.size * 0.36;
}
