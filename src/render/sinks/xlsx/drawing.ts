import type { Brand } from '../../../core/design.ts';
import { ConfigError } from '../../../core/errors.ts';
import type { Report } from '../../../core/report.ts';
import { xmlAttribute } from './cells.ts';
import type { Package } from './package.ts';
import { type BarChart, barChartXml } from './summary/chart-xml.ts';
import { LOGO_ROOM, SUMMARY_WIDTHS } from './summary/sheet.ts';

const CHART_TYPE = 'application/vnd.openxmlformats-officedocument.drawingml.chart+xml';
const DRAWING_TYPE = 'application/vnd.openxmlformats-officedocument.drawing+xml';
const RELATIONSHIPS = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const CHART_URI = 'http://schemas.openxmlformats.org/drawingml/2006/chart';
const DRAWING_PART = 'xl/drawings/drawing1.xml';

export interface PlacedChart {
  readonly chart: BarChart;
  readonly columns: readonly [first: number, end: number];
  readonly rows: readonly [first: number, end: number];
}

/** A picture anchored to a cell. Column and row from 0; lengths in English Metric Units. */
interface PlacedPicture {
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
  parts: Package,
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
    parts.add(part, logo.type, logo.bytes);
    anchors.push(picture(logo, charts.length + 2, parts.relate(DRAWING_PART, `${RELATIONSHIPS}/image`, part)));
  }
  const namespaces =
    'xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing" ' +
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"';
  parts.add(DRAWING_PART, DRAWING_TYPE, `<xdr:wsDr ${namespaces}>${anchors.join('')}</xdr:wsDr>`);
  const id = parts.relate(sheetPart, `${RELATIONSHIPS}/drawing`, DRAWING_PART);
  const sheet = parts.xml(sheetPart);
  sheet.append(sheet.root, `<drawing r:id="${id}"/>`);
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

/** English Metric Units (ECMA-376-1, 20.1.2.1). */
const EMU_PER_POINT = 12_700;
const EMU_PER_PIXEL = 9_525;
/** Width of a digit of the default font, Calibri 11: the unit for widths of columns. */
const PIXELS_PER_CHARACTER = 7;

/** The organisation's logo for the upper right corner of the summary; null if the template names none. */
export function summaryLogo({ brand, phrases, organisation, title }: Report): PlacedPicture | null {
  const { logo } = brand;
  if (logo === null) return null;
  const size = pictureSize(logo);
  const scale = Math.min(LOGO_ROOM.widthPoints / size.width, LOGO_ROOM.heightPoints / size.height);
  const width = Math.round(size.width * scale * EMU_PER_POINT);
  return {
    ...logoCorner(width),
    width,
    height: Math.round(size.height * scale * EMU_PER_POINT),
    bytes: logo.bytes,
    type: logo.type,
    alt: phrases.logoAlt.replace('{organisation}', organisation ?? title),
  };
}

/** Start of a picture that ends with the last column: a column from 0, and the offset in it. */
function logoCorner(width: number): Pick<PlacedPicture, 'column' | 'offset' | 'row'> {
  const widths = SUMMARY_WIDTHS.map((characters) => characters * PIXELS_PER_CHARACTER * EMU_PER_PIXEL);
  let left = widths.reduce((sum, each) => sum + each, 0) - width;
  let column = 0;
  for (const each of widths) {
    if (left < each) break;
    left -= each;
    column += 1;
  }
  return { column, offset: Math.max(0, left), row: LOGO_ROOM.row };
}

type Logo = NonNullable<Brand['logo']>;

/** Width and height in pixels. Throws `ConfigError` for a picture without them. */
function pictureSize({ bytes, type }: Logo): { readonly width: number; readonly height: number } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const size = type === 'image/png' ? pngSize(view) : jpegSize(view);
  if (size !== null && size.width > 0 && size.height > 0) return size;
  throw new ConfigError('The logo of the template does not tell its size.', {
    remedy: 'Open the logo in a picture editor and save it again as PNG or JPEG.',
  });
}

/** PNG specification, 11.2.1: the first chunk has both. */
function pngSize(view: DataView): { width: number; height: number } | null {
  return view.byteLength < 24 ? null : { width: view.getUint32(16), height: view.getUint32(20) };
}

/** ITU-T T.81, B.2: segments follow each other up to the frame header. */
function jpegSize(view: DataView): { width: number; height: number } | null {
  for (let at = 2; at + 9 <= view.byteLength && view.getUint8(at) === 0xff; ) {
    const marker = view.getUint8(at + 1);
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame) return { height: view.getUint16(at + 5), width: view.getUint16(at + 7) };
    // Fill bytes may precede a marker.
    at += marker === 0xff ? 1 : 2 + view.getUint16(at + 2);
  }
  return null;
}
