import { type BarChart, barChartXml } from './chart-xml.ts';
import { xmlAttribute } from './cell-text.ts';
import type { Parts } from './parts.ts';

const CHART_TYPE = 'application/vnd.openxmlformats-officedocument.drawingml.chart+xml';
const DRAWING_TYPE = 'application/vnd.openxmlformats-officedocument.drawing+xml';
const RELATIONSHIPS = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const CHART_URI = 'http://schemas.openxmlformats.org/drawingml/2006/chart';
const DRAWING_PART = 'xl/drawings/drawing1.xml';

/** A chart and the cells that it covers: columns and rows from 0, the last ones not included. */
export interface PlacedChart {
  readonly chart: BarChart;
  readonly columns: readonly [first: number, end: number];
  readonly rows: readonly [first: number, end: number];
}

/** Adds native charts to a sheet of the shell that has no drawing yet (ECMA-376-1, 20.5). */
export function addCharts(parts: Parts, sheetPart: string, charts: readonly PlacedChart[]): void {
  if (charts.length === 0) return;
  const frames = charts.map((placed, index) => {
    const part = `xl/charts/chart${index + 1}.xml`;
    parts.add(part, CHART_TYPE, barChartXml(placed.chart));
    return frame(placed, index, parts.relate(DRAWING_PART, `${RELATIONSHIPS}/chart`, part));
  });
  const namespaces =
    'xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing" ' +
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"';
  parts.add(DRAWING_PART, DRAWING_TYPE, `<xdr:wsDr ${namespaces}>${frames.join('')}</xdr:wsDr>`);
  const id = parts.relate(sheetPart, `${RELATIONSHIPS}/drawing`, DRAWING_PART);
  parts.edit(sheetPart, (xml) => xml.replace('</worksheet>', `<drawing r:id="${id}"/></worksheet>`));
}

function frame({ chart, columns, rows }: PlacedChart, index: number, relationship: string): string {
  return (
    `<xdr:twoCellAnchor>${corner('from', columns[0], rows[0])}${corner('to', columns[1], rows[1])}` +
    '<xdr:graphicFrame macro=""><xdr:nvGraphicFramePr>' +
    `<xdr:cNvPr id="${index + 2}" name="Chart ${index + 1}" descr="${xmlAttribute(chart.alt)}"/><xdr:cNvGraphicFramePr/>` +
    '</xdr:nvGraphicFramePr><xdr:xfrm><a:off x="0" y="0"/><a:ext cx="0" cy="0"/></xdr:xfrm>' +
    `<a:graphic><a:graphicData uri="${CHART_URI}">` +
    `<c:chart xmlns:c="${CHART_URI}" xmlns:r="${RELATIONSHIPS}" r:id="${relationship}"/>` +
    '</a:graphicData></a:graphic></xdr:graphicFrame><xdr:clientData/></xdr:twoCellAnchor>'
  );
}

function corner(name: 'from' | 'to', column: number, row: number): string {
  return `<xdr:${name}><xdr:col>${column}</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>${row}</xdr:row><xdr:rowOff>0</xdr:rowOff></xdr:${name}>`;
}
