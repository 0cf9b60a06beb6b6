import type { Colour, Texture } from '../../../../core/design.ts';
import { xmlText, xstringXml } from '../cells.ts';

/** A run of cells with their values, for programs that draw before they calculate. */
export interface CellRun<Value> {
  /** E.g. `Summary!$B$60:$B$90`. */
  readonly ref: string;
  readonly values: readonly Value[];
}

/** A native bar chart: cells hold everything that it draws. */
export interface BarChart {
  readonly title: string;
  readonly alt: string;
  readonly direction: 'columns' | 'bars';
  /** Space between two bars in percent of a bar. */
  readonly gapPercent: number;
  /** Texts, or date serials of days. */
  readonly categories: CellRun<string>;
  readonly isDays: boolean;
  readonly series: readonly {
    readonly name: CellRun<string>;
    readonly values: CellRun<number>;
    readonly colour: Colour;
    readonly texture: Texture;
  }[];
  readonly categoryTitle: string;
  readonly valueTitle: string;
  readonly valueFormat: string;
  readonly ink: Colour;
  readonly gridline: Colour;
}

const NAMESPACES =
  'xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" ' +
  'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"';

const DAY_FORMAT = 'd mmm';
/** Up to this many days, one in seven has a label; a longer time is labelled as the program likes. */
const DAYS_LABELLED = 100;
/** More categories are labelled one in five. */
const MOST_LABELS = 12;
const LABEL_STEP = 5;

/*
 * chartSpace                       ECMA-376-1, 21.2.2; the order of elements is the schema's
 * ├─ chart
 * │  ├─ title
 * │  ├─ plotArea
 * │  │  ├─ barChart ─ ser* (tx, spPr, cat, val), gapWidth, overlap, axId, axId
 * │  │  ├─ catAx, or dateAx for days
 * │  │  └─ valAx
 * │  └─ legend
 * └─ spPr
 */

export function barChartXml(chart: BarChart): string {
  const columns = chart.direction === 'columns';
  return (
    `<c:chartSpace ${NAMESPACES}><c:roundedCorners val="0"/><c:chart>` +
    title(chart.title, chart.ink, 1200, true) +
    '<c:autoTitleDeleted val="0"/><c:plotArea><c:layout/>' +
    `<c:barChart><c:barDir val="${columns ? 'col' : 'bar'}"/>` +
    `<c:grouping val="stacked"/><c:varyColors val="0"/>` +
    chart.series.map((series, index) => seriesXml(series, index, chart)).join('') +
    `<c:gapWidth val="${chart.gapPercent}"/><c:overlap val="100"/>` +
    '<c:axId val="1001"/><c:axId val="1002"/></c:barChart>' +
    categoryAxis(chart) +
    valueAxis(chart) +
    '</c:plotArea>' +
    (chart.series.length > 1
      ? `<c:legend><c:legendPos val="b"/><c:overlay val="0"/>${textLooks(chart.ink, 900)}</c:legend>`
      : '') +
    '<c:plotVisOnly val="1"/><c:dispBlanksAs val="gap"/></c:chart>' +
    '<c:spPr><a:noFill/><a:ln><a:noFill/></a:ln></c:spPr></c:chartSpace>'
  );
}

function seriesXml(series: BarChart['series'][number], index: number, { categories, isDays }: BarChart): string {
  const names = isDays ? numberRun(categories, DAY_FORMAT) : textRun(categories);
  return (
    `<c:ser><c:idx val="${index}"/><c:order val="${index}"/><c:tx>${textRun(series.name)}</c:tx>` +
    `<c:spPr>${fill(series.colour, series.texture)}<a:ln w="6350">${solid(series.colour)}</a:ln></c:spPr>` +
    `<c:invertIfNegative val="0"/><c:cat>${names}</c:cat><c:val>${numberRun(series.values)}</c:val></c:ser>`
  );
}

function categoryAxis(chart: BarChart): string {
  const columns = chart.direction === 'columns';
  const axis = chart.isDays ? 'dateAx' : 'catAx';
  return (
    // Bars are read from top to bottom, so their axis runs downwards.
    `<c:${axis}><c:axId val="1001"/><c:scaling><c:orientation val="${columns ? 'minMax' : 'maxMin'}"/></c:scaling>` +
    `<c:delete val="0"/><c:axPos val="${columns ? 'b' : 'l'}"/>${title(chart.categoryTitle, chart.ink, 900, false)}` +
    `<c:numFmt formatCode="${chart.isDays ? DAY_FORMAT : 'General'}" sourceLinked="0"/><c:majorTickMark val="none"/><c:minorTickMark val="none"/>` +
    `<c:tickLblPos val="low"/><c:spPr><a:ln w="6350">${solid(chart.ink)}</a:ln></c:spPr>${textLooks(chart.ink, 800)}` +
    '<c:crossAx val="1002"/><c:crosses val="autoZero"/><c:auto val="0"/>' +
    (chart.isDays
      ? `<c:lblOffset val="100"/><c:baseTimeUnit val="days"/>${chart.categories.values.length > DAYS_LABELLED ? '' : '<c:majorUnit val="7"/><c:majorTimeUnit val="days"/>'}`
      : `<c:lblAlgn val="ctr"/><c:lblOffset val="100"/>${chart.categories.values.length > MOST_LABELS ? `<c:tickLblSkip val="${LABEL_STEP}"/>` : ''}<c:noMultiLvlLbl val="1"/>`) +
    `</c:${axis}>`
  );
}

function valueAxis(chart: BarChart): string {
  const columns = chart.direction === 'columns';
  return (
    '<c:valAx><c:axId val="1002"/><c:scaling><c:orientation val="minMax"/><c:min val="0"/></c:scaling>' +
    `<c:delete val="0"/><c:axPos val="${columns ? 'l' : 'b'}"/>` +
    `<c:majorGridlines><c:spPr><a:ln w="6350">${solid(chart.gridline)}</a:ln></c:spPr></c:majorGridlines>` +
    `${title(chart.valueTitle, chart.ink, 900, false)}<c:numFmt formatCode="${chart.valueFormat}" sourceLinked="0"/>` +
    '<c:majorTickMark val="none"/><c:minorTickMark val="none"/><c:tickLblPos val="nextTo"/>' +
    `<c:spPr><a:ln><a:noFill/></a:ln></c:spPr>${textLooks(chart.ink, 800)}<c:crossAx val="1001"/>` +
    `<c:crosses val="${columns ? 'autoZero' : 'max'}"/><c:crossBetween val="between"/></c:valAx>`
  );
}

/** `size` in hundredths of a point. */
function title(text: string, ink: Colour, size: number, bold: boolean): string {
  const looks = `sz="${size}" b="${bold ? 1 : 0}"`;
  return (
    '<c:title><c:tx><c:rich><a:bodyPr/><a:p>' +
    `<a:pPr><a:defRPr ${looks}/></a:pPr><a:r><a:rPr lang="en" ${looks}>${solid(ink)}</a:rPr><a:t>${xmlText(text)}</a:t></a:r>` +
    '</a:p></c:rich></c:tx><c:overlay val="0"/></c:title>'
  );
}

function textLooks(ink: Colour, size: number): string {
  return `<c:txPr><a:bodyPr/><a:p><a:pPr><a:defRPr sz="${size}">${solid(ink)}</a:defRPr></a:pPr><a:endParaRPr lang="en"/></a:p></c:txPr>`;
}

function textRun({ ref, values }: CellRun<string>): string {
  const points = values.map((text, index) => `<c:pt idx="${index}"><c:v>${xstringXml(text)}</c:v></c:pt>`).join('');
  return `<c:strRef><c:f>${xmlText(ref)}</c:f><c:strCache><c:ptCount val="${values.length}"/>${points}</c:strCache></c:strRef>`;
}

function numberRun({ ref, values }: CellRun<number | string>, format = 'General'): string {
  const points = values.map((value, index) => `<c:pt idx="${index}"><c:v>${value}</c:v></c:pt>`).join('');
  return (
    `<c:numRef><c:f>${xmlText(ref)}</c:f><c:numCache><c:formatCode>${format}</c:formatCode>` +
    `<c:ptCount val="${values.length}"/>${points}</c:numCache></c:numRef>`
  );
}

/** A pattern in addition to the colour tells the series apart. */
function fill(colour: Colour, texture: Texture): string {
  const patterns = { hatched: 'wdUpDiag', dotted: 'pct40' } as const;
  if (texture === 'solid') return solid(colour);
  if (texture === 'outlined') return '<a:solidFill><a:srgbClr val="FFFFFF"/></a:solidFill>';
  return (
    `<a:pattFill prst="${patterns[texture]}"><a:fgClr>${rgb(colour)}</a:fgClr>` +
    '<a:bgClr><a:srgbClr val="FFFFFF"/></a:bgClr></a:pattFill>'
  );
}

function solid(colour: Colour): string {
  return `<a:solidFill>${rgb(colour)}</a:solidFill>`;
}

function rgb(colour: Colour): string {
  return `<a:srgbClr val="${colour.slice(1).toUpperCase()}"/>`;
}
