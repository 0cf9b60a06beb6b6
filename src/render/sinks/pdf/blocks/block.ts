import type { Block } from '../../../../core/report.ts';
import type { Flow } from '../flow.ts';
import type { Tag } from '../tags.ts';

/** Context for a block's renderer. */
export interface BlockContext {
  readonly flow: Flow;
  /** The section's element. */
  readonly parent: Tag;
  /** Text of the heading above the block; null if other blocks come between. */
  readonly headingAbove: string | null;
  /** Level of a heading inside the section: H2 or H3. */
  readonly headingType: 'H2' | 'H3';
}

export type BlockOf<K extends Block['kind']> = Extract<Block, { kind: K }>;

/** One kind of block: how to draw it, and how much of its beginning must stay together. */
export interface BlockRenderer<K extends Block['kind']> {
  /** Draws the block from `flow.y` on, breaking pages if it must. */
  draw(block: BlockOf<K>, context: BlockContext): void | Promise<void>;
  /** Height of the part that must stay with a title above it. */
  head(block: BlockOf<K>, flow: Flow): number;
  /** True if the block introduces the next one and must be on the same page as its beginning. */
  readonly introduces?: boolean;
  /** Space above it, between blocks. */
  readonly above: number;
}
