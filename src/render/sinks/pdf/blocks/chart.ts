import type { Mark } from '../../../../core/design.ts';
import type { Chart, Series } from '../../../../core/report.ts';
import { STROKE, TYPE, UNIT } from '../design.ts';
import type { BlockRenderer, Flow } from '../flow.ts';
import type { Line } from '../text/lines.ts';

const SWATCH = 8;
const LEGEND_ROW = 15;
const TITLE_GAP = 4;
const LEGEND_GAP = 8;

/** A chart: its title as text, legend and drawing as one figure whose text alternative describes it. */
export const chart: BlockRenderer<'chart'> = {
  above: UNIT * 3,
  head: (block, flow) => heightOf(block.chart, flow),
  draw({ chart: data }, { flow, parent }) {
    flow.need(heightOf(data, flow));
    parent.leaf('P', () => flow.drawLine(data.title, TYPE.caption, flow.theme.ink));
    flow.y += TYPE.caption.leading + TITLE_GAP;
    const legend = legendRows(data, flow);
    const top = flow.y;
    const bottom = top + legendHeight(legend) + data.drawing.heightPoints;
    const draw = (): void => {
      drawLegend(legend, flow);
      for (const mark of data.drawing.marks) drawMark(mark, flow);
    };
    parent.leaf('Figure', draw, { alt: data.alt, bbox: [flow.left, top, flow.right, bottom] });
    flow.y = bottom;
  },
};

function heightOf(data: Chart, flow: Flow): number {
  return TYPE.caption.leading + TITLE_GAP + legendHeight(legendRows(data, flow)) + data.drawing.heightPoints;
}

interface LegendEntry {
  readonly series: Series;
  readonly name: Line;
  readonly x: number;
}

/** One entry for each series, in rows. The panels of a histogram have their own names. */
function legendRows({ form, series }: Chart, flow: Flow): LegendEntry[][] {
  if (form === 'histogram' || form === 'intervals') return [];
  const rows: LegendEntry[][] = [[]];
  let x = 0;
  for (const each of series) {
    const name = flow.type.clipped(each.name, TYPE.tick, flow.width / 3);
    const width = SWATCH + 5 + name.width + 16;
    if (x > 0 && x + width > flow.width) {
      rows.push([]);
      x = 0;
    }
    rows.at(-1)?.push({ series: each, name, x });
    x += width;
  }
  return rows;
}

function legendHeight(rows: readonly LegendEntry[][]): number {
  return rows.length === 0 ? 0 : rows.length * LEGEND_ROW + LEGEND_GAP;
}

function drawLegend(rows: readonly LegendEntry[][], flow: Flow): void {
  for (const row of rows) {
    for (const { series, name, x } of row) {
      const box = { x: 0, y: 0, width: SWATCH, height: SWATCH };
      const left = flow.left + x;
      const top = flow.y + (LEGEND_ROW - SWATCH) / 2;
      const path = `M0 0H${SWATCH}V${SWATCH}H0Z`;
      flow.canvas.area({ path, box, texture: series.texture }, left, top, flow.theme.tones[series.tone].fill);
      const baseline = flow.y + LEGEND_ROW / 2 + TYPE.tick.size * 0.36;
      flow.canvas.line(name, TYPE.tick, left + SWATCH + 5, baseline, flow.theme.ink);
    }
    flow.y += LEGEND_ROW;
  }
  if (rows.length > 0) flow.y += LEGEND_GAP;
}

const ALIGN = { start: 'left', middle: 'center', end: 'right' } as const;

function drawMark(mark: Mark, flow: Flow): void {
  const { canvas, theme } = flow;
  switch (mark.kind) {
    case 'area':
      canvas.area(mark, flow.left, flow.y, theme.tones[mark.tone].fill);
      return;
    case 'rule': {
      const [colour, width] = mark.role === 'axis' ? [theme.ink, STROKE.rule] : [theme.hairline, STROKE.hair];
      canvas.rule(flow.left + mark.x1, flow.y + mark.y1, flow.left + mark.x2, flow.y + mark.y2, colour, width);
      return;
    }
    case 'label': {
      const style = TYPE[mark.role];
      const line = flow.type.clipped(mark.text, style, mark.room);
      const colour = mark.role === 'value' ? theme.ink : theme.muted;
      canvas.line(line, style, flow.left + mark.x, flow.y + mark.y, colour, ALIGN[mark.anchor]);
    }
  }
}
