import type { Block } from '../../../../core/report.ts';
import { UNIT } from '../design.ts';
import type { BlockContext, BlockRenderer, Flow } from '../flow.ts';
import { chart } from './chart.ts';
import { contents, heading, list, paragraph, steps } from './texts.ts';
import { commands, definitions, figures, notice } from './panels.ts';
import { table } from './table.ts';

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
  contents,
};

/** Kinds that the paragraph above them introduces. */
const INTRODUCED: ReadonlySet<Block['kind']> = new Set(['table', 'commands', 'chart']);

export async function drawBlocks(blocks: readonly Block[], context: Omit<BlockContext, 'headingAbove'>): Promise<void> {
  const { flow } = context;
  let headingAbove: string | null = null;
  for (const [index, block] of blocks.entries()) {
    const before = blocks[index - 1];
    const renderer = rendererOf(block);
    flow.skip(before?.kind === 'heading' ? UNIT * 0.75 : renderer.above);
    flow.need(togetherHeight(blocks, index, flow));
    await renderer.draw(block, { ...context, headingAbove });
    if (block.kind === 'heading') headingAbove = block.text;
    else if (block.kind !== 'paragraph') headingAbove = null;
  }
}

/** Height that must fit on one page: the block's beginning and, if it is an introduction, the next one's. */
export function togetherHeight(blocks: readonly Block[], index: number, flow: Flow): number {
  const block = blocks[index];
  if (block === undefined) return 0;
  const renderer = rendererOf(block);
  const own = renderer.head(block, flow);
  const next = blocks[index + 1];
  const introduces =
    renderer.introduces === true || (block.kind === 'paragraph' && next !== undefined && INTRODUCED.has(next.kind));
  if (!introduces || next === undefined) return own;
  return own + rendererOf(next).above + togetherHeight(blocks, index + 1, flow);
}

/** The table holds the right renderer for each kind; the compiler cannot follow the pair. */
function rendererOf(block: Block): BlockRenderer<Block['kind']> {
  return RENDERERS[block.kind] as BlockRenderer<Block['kind']>;
}
