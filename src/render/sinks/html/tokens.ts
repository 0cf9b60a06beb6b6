import { darkThemeOf, type Brand, type Theme, themeOf } from '../../../core/design.ts';
import type { Tone } from '../../../core/drawing.ts';

/** The colours of the visual system as variables: paper and light screens, dark screens. */
export function colourTokens(brand: Brand): string {
  const light = themeOf(brand);
  return `:root{color-scheme:light dark;${variables(light)}}
@media screen and (prefers-color-scheme:dark){:root{${variables(darkThemeOf(brand))}}}
${tonesOf(light)
  .map(
    (tone) =>
      `.tone-${tone}{--text:var(--${tone}-text);--fill:var(--${tone}-fill);--wash:var(--${tone}-wash)}.fill-${tone}{fill:var(--${tone}-fill)}.line-${tone}{fill:none;stroke:var(--${tone}-fill)}`,
  )
  .join('\n')}
`;
}

function variables(theme: Theme): string {
  const { ink, muted, hairline, ground, wash, primary, accent, tones } = theme;
  const plain = Object.entries({ ink, muted, hairline, ground, panel: wash, primary, accent });
  const toned = tonesOf(theme).flatMap((tone) =>
    Object.entries(tones[tone]).map(([use, colour]) => [`${tone}-${use}`, colour] as const),
  );
  return [...plain, ...toned].map(([name, colour]) => `--${name}:${colour}`).join(';');
}

function tonesOf({ tones }: Theme): Tone[] {
  return Object.keys(tones) as Tone[];
}
