import type { Block } from '../../../core/report.ts';
import { html, type Insert, type Markup } from '../markup.ts';

export type BlockOf<K extends Block['kind']> = Extract<Block, { kind: K }>;

/** What a block's renderer is told beside the block. */
export interface BlockContext {
  /** Begins every id of the block: unique in the page. */
  readonly id: string;
  /** Level of a heading inside the section. */
  readonly headingLevel: 2 | 3;
  /** Text of the heading above the block, null where more than words stands between. */
  readonly headingAbove: string | null;
}

/** One kind of block as markup, in pieces so that a long one is never held as a whole. */
export type BlockRenderer<K extends Block['kind']> = (block: BlockOf<K>, context: BlockContext) => Iterable<Markup>;

/** A heading of the level that its place asks for. */
export function headingOf(level: 2 | 3, content: Insert): Markup {
  return level === 2 ? html`<h2 class="minor">${content}</h2>\n` : html`<h3>${content}</h3>\n`;
}
