import type { Report } from '../../../core/report.ts';
import { fontFaces } from './fonts.ts';
import { BLOCK_STYLE } from './style-blocks.ts';
import { PAGE_STYLE } from './style-page.ts';
import { printStyle } from './print.ts';
import { REGISTER_STYLE } from './style-register.ts';
import { colourTokens } from './tokens.ts';

/** The only style of the page: a browser accepts it by its hash, so elements have no styles of their own. */
export async function stylesheet(report: Report): Promise<string> {
  return [
    await fontFaces(),
    colourTokens(report.brand),
    PAGE_STYLE,
    BLOCK_STYLE,
    REGISTER_STYLE,
    printStyle(report),
  ].join('');
}
