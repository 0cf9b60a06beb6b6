import type { Block } from '../../../core/report.ts';
import { html, type Insert, type Markup } from './markup.ts';

export type BlockOf<K extends Block['kind']> = Extract<Block, { kind: K }>;

/** Context for a block's renderer. */
export interface BlockContext {
  /** Prefix of every id of the block: unique in the page. */
  readonly id: string;
  /** Level of a heading inside the section. */
  readonly headingLevel: 2 | 3;
  /** Text of the heading above the block; null if other blocks come between. */
  readonly headingAbove: string | null;
}

/** Renders one kind of block as markup, in pieces so that a long one is never held as a whole. */
export type BlockRenderer<K extends Block['kind']> = (block: BlockOf<K>, context: BlockContext) => Iterable<Markup>;

/** A heading of the level of its place. */
export function headingOf(level: 2 | 3, content: Insert): Markup {
  return level === 2 ? html`<h2 class="minor">${content}</h2>\n` : html`<h3>${content}</h3>\n`;
}
