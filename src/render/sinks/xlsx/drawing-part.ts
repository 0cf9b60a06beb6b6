import { type BarChart, barChartXml } from './summary/chart-xml.ts';
import { xmlAttribute } from './cell-text.ts';
import type { Parts } from './parts.ts';

const CHART_TYPE = 'application/vnd.openxmlformats-officedocument.drawingml.chart+xml';
const DRAWING_TYPE = 'application/vnd.openxmlformats-officedocument.drawing+xml';
const RELATIONSHIPS = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const CHART_URI = 'http://schemas.openxmlformats.org/drawingml/2006/chart';
const DRAWING_PART = 'xl/drawings/drawing1.xml';

/** A chart and the cells that it covers: columns and rows from 0, end not included. */
export interface PlacedChart {
  readonly chart: BarChart;
  readonly columns: readonly [first: number, end: number];
  readonly rows: readonly [first: number, end: number];
}

/** A picture anchored to a cell. Column and row from 0; lengths in English Metric Units. */
export interface PlacedPicture {
  readonly bytes: Uint8Array;
  readonly type: 'image/png' | 'image/jpeg';
  readonly alt: string;
  readonly column: number;
  /** From the column's left edge. */
  readonly offset: number;
  readonly row: number;
  readonly width: number;
  readonly height: number;
}

/** Adds native charts and a picture to a sheet of the shell that has no drawing yet (ECMA-376-1, 20.5). */
export function addDrawing(
  parts: Parts,
  sheetPart: string,
  charts: readonly PlacedChart[],
  logo: PlacedPicture | null,
): void {
  if (charts.length === 0 && logo === null) return;
  const anchors = charts.map((placed, index) => {
    const part = `xl/charts/chart${index + 1}.xml`;
    parts.add(part, CHART_TYPE, barChartXml(placed.chart));
    return frame(placed, index, parts.relate(DRAWING_PART, `${RELATIONSHIPS}/chart`, part));
  });
  if (logo !== null) {
    const part = logo.type === 'image/png' ? 'xl/media/logo.png' : 'xl/media/logo.jpeg';
    parts.addBytes(part, logo.type, logo.bytes);
    anchors.push(picture(logo, charts.length + 2, parts.relate(DRAWING_PART, `${RELATIONSHIPS}/image`, part)));
  }
  const namespaces =
    'xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing" ' +
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"';
  parts.add(DRAWING_PART, DRAWING_TYPE, `<xdr:wsDr ${namespaces}>${anchors.join('')}</xdr:wsDr>`);
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

function picture(logo: PlacedPicture, id: number, relationship: string): string {
  const { column, offset, row, width, height, alt } = logo;
  const size = `cx="${width}" cy="${height}"`;
  return (
    `<xdr:oneCellAnchor>${corner('from', column, row, offset)}<xdr:ext ${size}/><xdr:pic><xdr:nvPicPr>` +
    `<xdr:cNvPr id="${id}" name="Logo" descr="${xmlAttribute(alt)}"/>` +
    '<xdr:cNvPicPr><a:picLocks noChangeAspect="1"/></xdr:cNvPicPr></xdr:nvPicPr>' +
    `<xdr:blipFill><a:blip xmlns:r="${RELATIONSHIPS}" r:embed="${relationship}"/><a:stretch><a:fillRect/></a:stretch></xdr:blipFill>` +
    `<xdr:spPr><a:xfrm><a:off x="0" y="0"/><a:ext ${size}/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></xdr:spPr>` +
    '</xdr:pic><xdr:clientData/></xdr:oneCellAnchor>'
  );
}

function corner(name: 'from' | 'to', column: number, row: number, offset = 0): string {
  return `<xdr:${name}><xdr:col>${column}</xdr:col><xdr:colOff>${offset}</xdr:colOff><xdr:row>${row}</xdr:row><xdr:rowOff>0</xdr:rowOff></xdr:${name}>`;
}
