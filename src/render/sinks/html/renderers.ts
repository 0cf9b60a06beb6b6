import type { Block } from '../../../core/report.ts';
import type { Markup } from './markup.ts';
import type { BlockContext, BlockRenderer } from './block.ts';
import { chart } from './chart.ts';
import { commands, definitions, figures, notice } from './panels.ts';
import { table } from './table.ts';
import { heading, list, paragraph, steps } from './texts.ts';

const RENDERERS: { readonly [K in Block['kind']]: BlockRenderer<K> } = {
  heading,
  paragraph,
  list,
  steps,
  notice,
  figures,
  definitions,
  table,
  chart,
  commands,
  // The page always shows its own list of sections next to the report.
  contents: () => [],
};

/** The blocks of a section one below the other; their ids begin with the section's. */
export function* renderBlocks(
  blocks: readonly Block[],
  { id, headingLevel }: Pick<BlockContext, 'id' | 'headingLevel'>,
): Iterable<Markup> {
  let headingAbove: string | null = null;
  for (const [index, block] of blocks.entries()) {
    yield* rendererOf(block)(block, { id: `${id}-${index + 1}`, headingLevel, headingAbove });
    if (block.kind === 'heading') headingAbove = block.text;
    else if (block.kind !== 'paragraph') headingAbove = null;
  }
}

/** The table holds the right renderer for each kind; the compiler cannot follow the pair. */
function rendererOf(block: Block): BlockRenderer<Block['kind']> {
  return RENDERERS[block.kind] as BlockRenderer<Block['kind']>;
}
