import type { Texture } from '../../../core/drawing.ts';
import { html, type Markup } from './markup.ts';

/**
 * The patterns that tell areas apart without colour, once for the whole page: lines and dots in the background colour.
 * The image has size 0 instead of being hidden, because a hidden pattern paints nothing.
 */
export const TEXTURE_PATTERNS: Markup = html`<svg class="patterns" width="0" height="0" aria-hidden="true" focusable="false">
<defs>
<pattern id="hatched" patternUnits="userSpaceOnUse" width="2.3" height="2.3" patternTransform="rotate(45)"><rect class="texture-ink" width="1" height="2.3"/></pattern>
<pattern id="dotted" patternUnits="userSpaceOnUse" width="3.4" height="3.4"><circle class="texture-ink" cx="1.7" cy="1.7" r="0.8"/></pattern>
</defs>
</svg>\n`;

/** An overlay that gives an area its texture. */
export function textureOver(path: string, texture: Texture): Markup | null {
  return texture === 'hatched' || texture === 'dotted' ? html`<path fill="url(#${texture})" d="${path}"/>` : null;
}
