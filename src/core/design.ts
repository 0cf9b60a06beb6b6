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

/** `#rrggbb`. */
export type Colour = string;

/** What an organisation's template says about its looks. */
export interface Brand {
  /** PNG or JPEG bytes, null if the template names no logo. */
  readonly logo: { readonly bytes: Uint8Array; readonly type: 'image/png' | 'image/jpeg' } | null;
  readonly primaryColour: Colour;
  readonly accentColour: Colour;
}

/** One tone in three strengths: for text, for chart areas, and for the background of text. */
export interface ToneColours {
  readonly text: Colour;
  readonly fill: Colour;
  readonly wash: Colour;
}

/** The visual system that every report format shares. */
export interface Theme {
  readonly ink: Colour;
  readonly muted: Colour;
  readonly hairline: Colour;
  readonly ground: Colour;
  readonly wash: Colour;
  /** The organisation's colour, darkened until text in it is legible on white. */
  readonly primary: Colour;
  readonly accent: Colour;
  readonly tones: Readonly<Record<Tone, ToneColours>>;
}

const WHITE = '#ffffff';
const INK = '#15202b';
const MUTED = '#52606d';

/**
 * Text reaches 4.5:1 on white and on its own wash (WCAG 2.2, 1.4.3), areas 3:1 on white (1.4.11). The three verdicts
 * also differ in lightness, from dark (fake) to light (real), so their order survives print without colour.
 */
const TONES: Readonly<Record<Tone, ToneColours>> = {
  plain: { text: INK, fill: '#45566a', wash: '#f4f6f8' },
  muted: { text: MUTED, fill: '#7d8a97', wash: '#f4f6f8' },
  fake: { text: '#a3182e', fill: '#a3182e', wash: '#fcf0f1' },
  indeterminate: { text: '#7f5200', fill: '#b07a1e', wash: '#fdf6e8' },
  real: { text: '#1f5f7a', fill: '#5f97b2', wash: '#eef5f8' },
  good: { text: '#17623f', fill: '#3d8f68', wash: '#eef7f2' },
  warning: { text: '#7f5200', fill: '#b07a1e', wash: '#fdf6e8' },
  critical: { text: '#a3182e', fill: '#a3182e', wash: '#fcf0f1' },
};

/** A verdict's texture: colour alone never shows a verdict. */
export const TEXTURES: Readonly<Record<'fake' | 'indeterminate' | 'real' | 'failed' | 'processing', Texture>> = {
  fake: 'solid',
  indeterminate: 'hatched',
  real: 'solid',
  failed: 'dotted',
  processing: 'outlined',
};

/** The visual system with an organisation's colours. A colour that is not `#rrggbb` becomes the ink colour. */
export function themeOf(brand: Brand): Theme {
  return {
    ink: INK,
    muted: MUTED,
    hairline: '#d3dae1',
    ground: WHITE,
    wash: '#f4f6f8',
    primary: legible(brand.primaryColour),
    accent: legible(brand.accentColour),
    tones: TONES,
  };
}

const DARK = { ink: '#e8edf2', muted: '#a3b1bf', hairline: '#31404e', ground: '#10161d', wash: '#19222b' } as const;

/** The same contrasts on a dark screen. The gravest verdict is the lightest there, which keeps the order. */
const DARK_TONES: Readonly<Record<Tone, ToneColours>> = {
  plain: { text: DARK.ink, fill: '#8fa1b3', wash: DARK.wash },
  muted: { text: DARK.muted, fill: '#6f8091', wash: DARK.wash },
  fake: { text: '#ff9aa5', fill: '#ff7d8c', wash: '#3a1a20' },
  indeterminate: { text: '#f0c274', fill: '#b5832f', wash: '#33280f' },
  real: { text: '#8fc6e0', fill: '#447f9d', wash: '#12303f' },
  good: { text: '#7fd3a6', fill: '#46a276', wash: '#10301f' },
  warning: { text: '#f0c274', fill: '#b5832f', wash: '#33280f' },
  critical: { text: '#ff9aa5', fill: '#ff7d8c', wash: '#3a1a20' },
};

/** The visual system for readers who prefer dark screens; paper always uses `themeOf`. */
export function darkThemeOf(brand: Brand): Theme {
  return {
    ...DARK,
    primary: legibleOnDark(brand.primaryColour),
    accent: legibleOnDark(brand.accentColour),
    tones: DARK_TONES,
  };
}

/** The colour, darkened step by step until text in it is legible on the lightest wash: 4.5:1. */
function legible(colour: string): Colour {
  if (!/^#[0-9a-f]{6}$/i.test(colour)) return INK;
  let channels = channelsOf(colour);
  while (contrast(hex(channels), '#f4f6f8') < 4.5) channels = channels.map((channel) => channel * 0.95);
  return hex(channels);
}

/** The colour, lightened step by step until text in it is legible on the dark wash: 4.5:1. */
function legibleOnDark(colour: string): Colour {
  if (!/^#[0-9a-f]{6}$/i.test(colour)) return DARK.ink;
  let channels = channelsOf(colour);
  while (contrast(hex(channels), DARK.wash) < 4.5) {
    // A factor keeps the hue; the constant is for black, which has none.
    channels = channels.map((channel) => Math.min(255, channel * 1.05 + 2));
  }
  return hex(channels);
}

/** WCAG contrast of two colours, 1 to 21. */
export function contrast(one: Colour, other: Colour): number {
  const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

/** WCAG relative luminance, 0 (black) to 1 (white). */
export function luminance(colour: Colour): number {
  const [red, green, blue] = channelsOf(colour).map((channel) => {
    const part = channel / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function channelsOf(colour: Colour): number[] {
  return [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));
}

function hex(channels: readonly number[]): Colour {
  return `#${channels.map((channel) => Math.round(channel).toString(16).padStart(2, '0')).join('')}`;
}
