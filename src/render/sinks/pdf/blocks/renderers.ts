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

/** Most rows and columns of tables side by side. */
const MOST_BESIDE = { rows: 12, columns: 4 } as const;
const HIGHEST_BESIDE = 300;

/** Kinds that the paragraph above them introduces; what is higher may go to the next page without it. */
const INTRODUCED: ReadonlySet<Block['kind']> = new Set(['table', 'commands', 'chart']);
const HIGHEST_INTRODUCED = 120;

export async function drawBlocks(blocks: readonly Block[], context: Omit<BlockContext, 'headingAbove'>): Promise<void> {
  const { flow } = context;
  let headingAbove: string | null = null;
  let done = 0;
  for (const [index, block] of blocks.entries()) {
    if (index < done) continue;
    flow.skip(gap(blocks[index - 1], block));
    flow.need(togetherHeight(blocks, index, flow, headingAbove));
    const { placed, height } = besideFrom(blocks.slice(index), flow, flow.room);
    const top = flow.y;
    for (const { block: short, side, offset } of placed) {
      flow.use(side);
      flow.y = top + offset;
      await rendererOf(short).draw(short, { ...context, headingAbove: null });
    }
    flow.use('whole');
    if (placed.length > 0) flow.y = top + height;
    else await rendererOf(block).draw(block, { ...context, headingAbove });
    done = index + Math.max(1, placed.length);
    if (block.kind === 'heading') headingAbove = block.text;
    else if (block.kind !== 'paragraph') headingAbove = null;
  }
}

/** Places short tables of few columns side by side, each in the shorter column, as many as fit; none if there is but one. */
function besideFrom(blocks: readonly Block[], flow: Flow, room: number) {
  const placed: { readonly block: BlockOf<'table'>; readonly side: 'left' | 'right'; readonly offset: number }[] = [];
  const ends = { left: 0, right: 0 };
  flow.use('left');
  for (const block of blocks) {
    const side = ends.left <= ends.right ? 'left' : 'right';
    const offset = ends[side] === 0 ? 0 : ends[side] + gap(undefined, block);
    if (!isNarrow(block) || offset + tableHeight(block, flow) > Math.min(HIGHEST_BESIDE, room)) break;
    placed.push({ block, side, offset });
    ends[side] = offset + tableHeight(block, flow);
  }
  flow.use('whole');
  return placed.length < 2 ? { placed: [], height: 0 } : { placed, height: Math.max(ends.left, ends.right) };
}

function isNarrow(block: Block): block is BlockOf<'table'> {
  return block.kind === 'table' && block.columns.length <= MOST_BESIDE.columns && block.rows.length <= MOST_BESIDE.rows;
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
  const beside = besideFrom(blocks.slice(index, index + 2), flow, HIGHEST_BESIDE);
  if (beside.placed.length > 0) return beside.height;
  const own = renderer.head(block, flow, headingAbove);
  const isHeading = renderer.introduces === true;
  if (next === undefined || !(isHeading || (block.kind === 'paragraph' && INTRODUCED.has(next.kind)))) return own;
  const rest = togetherHeight(blocks, index + 1, flow, block.kind === 'heading' ? block.text : headingAbove);
  return isHeading || rest <= HIGHEST_INTRODUCED ? own + gap(block, next) + rest : own;
}

function gap(before: Block | undefined, block: Block): number {
  return before?.kind === 'heading' ? UNIT * 0.75 : rendererOf(block).above;
}

/** The table holds the right renderer for each kind; the compiler cannot follow the pair. */
function rendererOf(block: Block): BlockRenderer<Block['kind']> {
  return RENDERERS[block.kind] as BlockRenderer<Block['kind']>;
}
