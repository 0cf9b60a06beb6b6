/** What a piece of text is about; a sink gives it a colour, and always a word or shape as well. */
export type Tone = 'plain' | 'muted' | 'fake' | 'real' | 'indeterminate' | 'good' | 'warning' | 'critical';

/** How an area is filled besides its colour, so that a chart can be read without colour. */
export type Texture = 'solid' | 'hatched' | 'dotted' | 'outlined';

/**
 * One mark of a chart. Coordinates are points from the upper left corner, y downwards; the baseline of a text is at
 * `y`.
 */
export type Mark =
  | {
      readonly kind: 'area';
      /** An SVG path, closed. */
      readonly path: string;
      readonly box: { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
      readonly tone: Tone;
      readonly texture: Texture;
    }
  | {
      readonly kind: 'rule';
      readonly role: 'grid' | 'axis';
      readonly x1: number;
      readonly y1: number;
      readonly x2: number;
      readonly y2: number;
    }
  | {
      readonly kind: 'label';
      readonly role: 'tick' | 'axis' | 'value';
      readonly x: number;
      readonly y: number;
      readonly anchor: 'start' | 'middle' | 'end';
      /** Width in points that the text may take; a sink cuts longer text. */
      readonly room: number;
      readonly text: string;
    };

/** A chart's geometry, computed once by the report. A sink only draws it, as PDF operators or SVG. */
export interface Drawing {
  readonly widthPoints: number;
  readonly heightPoints: number;
  readonly marks: readonly Mark[];
}
