import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Brand, contrast, darkThemeOf, luminance, type Theme, themeOf } from '../../../src/core/design.ts';
import { colourTokens } from '../../../src/render/sinks/html/stylesheet.ts';

const BRAND: Brand = { logo: null, primaryColour: '#1f4e79', accentColour: '#c55a11' };
const THEMES: readonly [string, (brand: Brand) => Theme][] = [
  ['light', themeOf],
  ['dark', darkThemeOf],
];

describe.each(THEMES)('the %s colours', (_, themeFor) => {
  it('reach 4.5 to 1 for words on every ground, 3 to 1 for areas', () => {
    const { ink, muted, ground, wash, tones } = themeFor(BRAND);
    const low: string[] = [];
    const check = (what: string, one: string, other: string, least: number): void => {
      if (contrast(one, other) < least) low.push(`${what} ${contrast(one, other).toFixed(2)}`);
    };
    for (const [tone, colours] of Object.entries(tones)) {
      for (const [place, colour] of [
        ['ground', ground],
        ['wash', colours.wash],
      ] as const) {
        check(`${tone} on its ${place}`, colours.text, colour, 4.5);
        check(`ink on ${tone} ${place}`, ink, colour, 4.5);
      }
      check(`${tone} area`, colours.fill, ground, 3);
    }
    for (const place of [ground, wash]) check('muted', muted, place, 4.5);
    expect(low).toEqual([]);
  });

  it('keep the verdicts in order without colour, the gravest furthest from the ground', () => {
    const { ground, tones } = themeFor(BRAND);
    const away = (colour: string): number => Math.abs(luminance(colour) - luminance(ground));
    expect(away(tones.fake.fill)).toBeGreaterThan(away(tones.indeterminate.fill) * 1.1);
    expect(away(tones.indeterminate.fill)).toBeGreaterThan(away(tones.real.fill));
  });

  it('take any colour of an organisation, and any text that is none', () => {
    const anyColour = fc.nat(0xffffff).map((value) => `#${value.toString(16).padStart(6, '0')}`);
    fc.assert(
      fc.property(fc.oneof(anyColour, fc.string()), (colour) => {
        const { primary, accent, ground, wash } = themeFor({ ...BRAND, primaryColour: colour, accentColour: colour });
        for (const place of [ground, wash]) {
          expect(contrast(primary, place)).toBeGreaterThanOrEqual(4.5);
          expect(contrast(accent, place)).toBeGreaterThanOrEqual(4.5);
        }
      }),
    );
  });
});

it('a brand cannot write into the style', () => {
  const style = colourTokens({ ...BRAND, primaryColour: 'red}</style><script>' });
  expect(style).not.toContain('script');
});
