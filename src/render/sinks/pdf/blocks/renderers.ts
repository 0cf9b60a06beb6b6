import type { Block } from '../../../../core/report.ts';
import { UNIT } from '../design.ts';
import type { BlockContext, BlockOf, BlockRenderer, Flow } from '../flow.ts';
import { chart } from './chart.ts';
import { contents, heading, list, paragraph, steps } from './texts.ts';
import { commands, definitions, figures, notice } from './panels.ts';
import { table, tableHeight } from './table.ts';

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

/** Most rows of tables side by side. */
const MOST_BESIDE = 12;
const HIGHEST_BESIDE = 300;

/** Kinds that the paragraph above them introduces. */
const INTRODUCED: ReadonlySet<Block['kind']> = new Set(['table', 'commands', 'chart']);

export async function drawBlocks(blocks: readonly Block[], context: Omit<BlockContext, 'headingAbove'>): Promise<void> {
  const { flow } = context;
  let headingAbove: string | null = null;
  let done = 0;
  for (const [index, block] of blocks.entries()) {
    if (index < done) continue;
    const before = blocks[index - 1];
    const renderer = rendererOf(block);
    flow.skip(gap(before, block));
    flow.need(togetherHeight(blocks, index, flow, headingAbove));
    const next = blocks[index + 1];
    if (next !== undefined && besideHeight(block, next, flow) !== null) {
      const top = flow.y;
      flow.use('left');
      await renderer.draw(block, { ...context, headingAbove });
      const end = flow.y;
      flow.y = top;
      flow.use('right');
      await rendererOf(next).draw(next, { ...context, headingAbove });
      flow.y = Math.max(end, flow.y);
      flow.use('whole');
      done = index + 2;
    } else await renderer.draw(block, { ...context, headingAbove });
    if (block.kind === 'heading') headingAbove = block.text;
    else if (block.kind !== 'paragraph') headingAbove = null;
  }
}

/** Height of two short tables of few columns, which are drawn side by side; null if they are not. */
function besideHeight(block: Block, next: Block | undefined, flow: Flow): number | null {
  if (next === undefined || !isNarrow(block) || !isNarrow(next)) return null;
  flow.use('left');
  const height = Math.max(tableHeight(block, flow), tableHeight(next, flow));
  flow.use('whole');
  return height > HIGHEST_BESIDE ? null : height;
}

function isNarrow(block: Block): block is BlockOf<'table'> {
  return block.kind === 'table' && block.columns.length <= 3 && block.rows.length <= MOST_BESIDE;
}

/** Height that must fit on one page: the block's beginning and, if it is an introduction, the next one's. */
export function togetherHeight(
  blocks: readonly Block[],
  index: number,
  flow: Flow,
  headingAbove: string | null = null,
): number {
  const block = blocks[index];
  if (block === undefined) return 0;
  const renderer = rendererOf(block);
  const next = blocks[index + 1];
  const beside = besideHeight(block, next, flow);
  if (beside !== null) return beside;
  const own = renderer.head(block, flow, headingAbove);
  const introduces =
    renderer.introduces === true || (block.kind === 'paragraph' && next !== undefined && INTRODUCED.has(next.kind));
  if (!introduces || next === undefined) return own;
  return (
    own +
    gap(block, next) +
    togetherHeight(blocks, index + 1, flow, block.kind === 'heading' ? block.text : headingAbove)
  );
}

/** Space between two blocks. */
function gap(before: Block | undefined, block: Block): number {
  return before?.kind === 'heading' ? UNIT * 0.75 : rendererOf(block).above;
}

/** The table holds the right renderer for each kind; the compiler cannot follow the pair. */
function rendererOf(block: Block): BlockRenderer<Block['kind']> {
  return RENDERERS[block.kind] as BlockRenderer<Block['kind']>;
}
