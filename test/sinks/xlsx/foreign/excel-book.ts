import { table } from '../../tables.ts';
import { zipOf } from './zip.ts';

/*
 * A workbook as Excel saves one, with everything that a report must carry through or change: shared texts, a table, a
 * pivot table, charts, formulas with results, array formulas, conditional formats, sparklines, names, a link.
 */

/** Columns that the template selects; the workbook has some of them, in an order of its own. */
export const BOOK_DETECTIONS = table('detections', [
  'uuid',
  'created_at:timestamp',
  'media_type',
  'verdict',
  'verdict_score:number',
  'metric_nodes:integer',
]);
export const BOOK_SCORES = table('audio_scores', ['detection_uuid', 'chunk:integer', 'score:number']);

const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const R = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006';
const TYPES = 'application/vnd.openxmlformats-officedocument';
const DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\r\n';
const X14 =
  'xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main" xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main"';

export type Parts = Map<string, string | Uint8Array>;

function relationships(
  ...list: readonly (readonly [id: string, kind: string, target: string, external?: true])[]
): string {
  const items = list.map(
    ([id, kind, target, external]) =>
      `<Relationship Id="${id}" Type="${kind.includes(':') ? kind : `${R}/${kind}`}" Target="${target}"${external === true ? ' TargetMode="External"' : ''}/>`,
  );
  return `${DECLARATION}<Relationships xmlns="${PACKAGE}/relationships">${items.join('')}</Relationships>`;
}

const OVERRIDES: readonly (readonly [part: string, type: string])[] = [
  ['/xl/workbook.xml', `${TYPES}.spreadsheetml.sheet.main+xml`],
  ['/xl/worksheets/sheet1.xml', `${TYPES}.spreadsheetml.worksheet+xml`],
  ['/xl/worksheets/sheet2.xml', `${TYPES}.spreadsheetml.worksheet+xml`],
  ['/xl/worksheets/sheet3.xml', `${TYPES}.spreadsheetml.worksheet+xml`],
  ['/xl/styles.xml', `${TYPES}.spreadsheetml.styles+xml`],
  ['/xl/sharedStrings.xml', `${TYPES}.spreadsheetml.sharedStrings+xml`],
  ['/xl/calcChain.xml', `${TYPES}.spreadsheetml.calcChain+xml`],
  ['/xl/tables/table1.xml', `${TYPES}.spreadsheetml.table+xml`],
  ['/xl/pivotCache/pivotCacheDefinition1.xml', `${TYPES}.spreadsheetml.pivotCacheDefinition+xml`],
  ['/xl/pivotCache/pivotCacheRecords1.xml', `${TYPES}.spreadsheetml.pivotCacheRecords+xml`],
  ['/xl/pivotTables/pivotTable1.xml', `${TYPES}.spreadsheetml.pivotTable+xml`],
  ['/xl/drawings/drawing1.xml', `${TYPES}.drawing+xml`],
  ['/xl/charts/chart1.xml', `${TYPES}.drawingml.chart+xml`],
];

const CONTENT_TYPES =
  `${DECLARATION}<Types xmlns="${PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
  `<Default Extension="xml" ContentType="application/xml"/><Default Extension="PNG" ContentType="image/png"/>${OVERRIDES.map(([part, type]) => `<Override PartName="${part}" ContentType="${type}"/>`).join('')}</Types>`;

const WORKBOOK =
  `${DECLARATION}<workbook xmlns="${MAIN}" xmlns:r="${R}"><fileVersion appName="xl"/><workbookPr defaultThemeVersion="166925"/>` +
  '<bookViews><workbookView activeTab="0"/></bookViews><sheets><sheet name="Overview" sheetId="1" r:id="rId1"/>' +
  '<sheet name="DETECTIONS" sheetId="4" r:id="rId2"/><sheet name="Audio scores" sheetId="7" r:id="rId3"/></sheets>' +
  `<definedNames><definedName name="_xlnm._FilterDatabase" localSheetId="2" hidden="1">'Audio scores'!$B$3:$C$4</definedName>` +
  `<definedName name="_xlnm.Print_Titles" localSheetId="1">DETECTIONS!$1:$1</definedName>` +
  '<definedName name="report_id">Overview!$A$1</definedName><definedName name="Report_Status">Overview!$D$30</definedName>' +
  `<definedName name="report_period">Overview!$C$30</definedName>` +
  `<definedName name="scores">DETECTIONS!$B$2:$B$3</definedName><definedName name="threshold">0.5</definedName></definedNames>` +
  '<calcPr calcId="191029"/><pivotCaches><pivotCache cacheId="1" r:id="rId6"/></pivotCaches></workbook>';

const OVERVIEW =
  `${DECLARATION}<worksheet xmlns="${MAIN}" xmlns:r="${R}"><dimension ref="A1:F10"/><sheetViews><sheetView tabSelected="1" workbookViewId="0"/></sheetViews>` +
  '<sheetFormatPr defaultRowHeight="15"/><sheetData>' +
  '<row r="1" spans="1:6"><c r="A1" s="2" t="s"><v>0</v></c></row>' +
  `<row r="2"><c r="A2"><f>COUNTA(DETECTIONS!$C$2:$C$3)</f><v>2</v></c><c r="B2" t="str"><f>"DETECTIONS!$C$2:$C$3 &amp; "&amp;'Audio scores'!C4</f><v>DETECTIONS!$C$2:$C$3 &amp; 0.5</v></c></row>` +
  '<row r="3"><c r="A3"><f t="array" ref="A3:A4">DETECTIONS!B2:B3*2</f><v>1.8</v></c></row><row r="4"><c r="A4"><v>0.4</v></c></row>' +
  '<row r="5"><c r="A5"><f>AVERAGE(scores)</f><v>0.55</v></c><c r="B5"><f t="shared" ref="B5:B6" si="0">COUNTIF(DETECTIONS!$C$1:$C$3,A5)</f><v>0</v></c></row>' +
  '<row r="6"><c r="B6"><f t="shared" si="0"/><v>0</v></c></row>' +
  '<row r="7"><c r="C7" t="s"><v>4</v></c><c r="D7" t="s"><v>5</v></c></row><row r="8"><c r="C8" t="s"><v>6</v></c><c r="D8"><v>1</v></c></row>' +
  '<row r="9"><c r="C9" t="s"><v>7</v></c><c r="D9"><v>1</v></c><c r="F9" t="inlineStr"><is><t>untouched &amp; kept</t></is></c></row><row r="10"><c r="C10" t="inlineStr"><is><t>Grand Total</t></is></c><c r="D10"><v>2</v></c></row></sheetData>' +
  '<hyperlinks><hyperlink ref="F9" r:id="rId2"/></hyperlinks><pageMargins left="0.7" right="0.7" top="0.75" bottom="0.75" header="0.3" footer="0.3"/>' +
  `<drawing r:id="rId1"/><extLst><ext uri="{05C60535-1F16-4fd2-B633-F4F36F0B64E0}" ${X14}><x14:sparklineGroups><x14:sparklineGroup><x14:colorSeries rgb="FF1F3A5F"/><x14:sparklines><x14:sparkline>` +
  '<xm:f>DETECTIONS!B2:B3</xm:f><xm:sqref>E2</xm:sqref></x14:sparkline></x14:sparklines></x14:sparklineGroup></x14:sparklineGroups></ext></extLst></worksheet>';

const DETECTIONS =
  `${DECLARATION}<worksheet xmlns="${MAIN}" xmlns:r="${R}"><dimension ref="A1:D3"/><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/><selection pane="bottomLeft" activeCell="B2" sqref="B2:B3"/></sheetView></sheetViews>` +
  '<sheetFormatPr defaultRowHeight="15"/><cols><col min="1" max="1" width="22" customWidth="1"/><col min="2" max="4" width="16" customWidth="1"/></cols><sheetData>' +
  '<row r="1" spans="1:4" ht="24" customHeight="1"><c r="A1" s="1" t="s"><v>1</v></c><c r="B1" s="1" t="s"><v>2</v></c><c r="C1" s="1" t="s"><v>3</v></c><c r="D1" s="1" t="inlineStr"><is><r><t>media</t></r><r><rPr><b/></rPr><t>_type</t></r></is></c></row>' +
  '<row r="2" spans="1:4" ht="18" customHeight="1"><c r="A2" s="3"><v>45306.5</v></c><c r="B2" s="4"><v>0.9</v></c><c r="C2" t="s"><v>6</v></c><c r="D2" s="2" t="s"><v>6</v></c></row>' +
  '<row r="3" spans="1:4"><c r="A3" s="3"><v>45307</v></c><c r="B3" s="4"><v>0.2</v></c><c r="C3" t="s"><v>7</v></c><c r="D3" s="2" t="s"><v>7</v></c></row></sheetData>' +
  '<conditionalFormatting sqref="C2:C3 B2"><cfRule type="expression" dxfId="0" priority="1"><formula>COUNTIF($C$2:$C$3,$C2)&gt;1</formula></cfRule></conditionalFormatting>' +
  '<dataValidations count="1"><dataValidation type="list" sqref="C2:C3"><formula1>"fake,real"</formula1></dataValidation></dataValidations>' +
  '<pageMargins left="0.7" right="0.7" top="0.75" bottom="0.75" header="0.3" footer="0.3"/><tableParts count="1"><tablePart r:id="rId1"/></tableParts></worksheet>';

const SCORES =
  `${DECLARATION}<worksheet xmlns="${MAIN}" xmlns:r="${R}"><sheetData><row r="1"><c r="B1"><f>SUM(C4:C4)</f><v>0.5</v></c></row>` +
  '<row r="3"><c r="B3" t="inlineStr"><is><t xml:space="preserve"> Score </t></is></c><c r="C3" t="inlineStr"><is><t>Detection_UUID</t></is></c></row>' +
  '<row r="4"><c r="B4"><v>0.5</v></c><c r="C4" t="inlineStr"><is><t>x</t></is></c></row></sheetData><autoFilter ref="B3:C4"/></worksheet>';

const STYLES =
  `${DECLARATION}<styleSheet xmlns="${MAIN}"><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts>` +
  '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>' +
  '<borders count="2"><border><left/><right/><top/><bottom/><diagonal/></border><border><left/><right/><top/><bottom style="thin"><color rgb="FF000000"/></bottom><diagonal/></border></borders>' +
  '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>' +
  '<cellXfs count="5"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/><xf numFmtId="0" fontId="1" fillId="0" borderId="1" xfId="0" applyFont="1"/>' +
  '<xf numFmtId="49" fontId="0" fillId="0" borderId="1" xfId="0" applyNumberFormat="1"/><xf numFmtId="0" fontId="1" fillId="0" borderId="1" xfId="0"><alignment horizontal="left"/></xf>' +
  '<xf numFmtId="10" fontId="0" fillId="0" borderId="1" xfId="0" applyNumberFormat="1"/></cellXfs>' +
  '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles><dxfs count="1"><dxf><font><b/></font></dxf></dxfs></styleSheet>';

const TEXTS =
  `${DECLARATION}<sst xmlns="${MAIN}" count="14" uniqueCount="8"><si><t>to be written over</t></si><si><t>Created_At</t></si><si><t>verdict_score</t></si>` +
  '<si><r><t>ver</t></r><r><rPr><b/></rPr><t>dict</t></r><rPh sb="0" eb="1"><t>no reading</t></rPh></si><si><t>Row Labels</t></si><si><t>Count</t></si><si><t>fake</t></si><si><t>real</t></si></sst>';

const TABLE =
  `${DECLARATION}<table xmlns="${MAIN}" id="1" name="Found" displayName="Found" ref="A1:D3" totalsRowShown="0"><autoFilter ref="A1:D3"/><tableColumns count="4">` +
  '<tableColumn id="1" name="Created_At"/><tableColumn id="2" name="verdict_score"/><tableColumn id="3" name="verdict"/><tableColumn id="4" name="media_type"/></tableColumns>' +
  '<tableStyleInfo name="TableStyleMedium2" showFirstColumn="0" showLastColumn="0" showRowStripes="1" showColumnStripes="0"/></table>';

const PIVOT_CACHE =
  `${DECLARATION}<pivotCacheDefinition xmlns="${MAIN}" xmlns:r="${R}" r:id="rId1" refreshedVersion="6" minRefreshableVersion="3" createdVersion="6" recordCount="2">` +
  '<cacheSource type="worksheet"><worksheetSource ref="A1:D3" sheet="DETECTIONS"/></cacheSource><cacheFields count="4"><cacheField name="Created_At" numFmtId="0"><sharedItems/></cacheField>' +
  '<cacheField name="verdict_score" numFmtId="0"><sharedItems/></cacheField><cacheField name="verdict" numFmtId="0"><sharedItems count="2"><s v="fake"/><s v="real"/></sharedItems></cacheField>' +
  '<cacheField name="media_type" numFmtId="0"><sharedItems/></cacheField></cacheFields></pivotCacheDefinition>';

const PIVOT_RECORDS =
  `${DECLARATION}<pivotCacheRecords xmlns="${MAIN}" count="2"><r><n v="45306.5"/><n v="0.9"/><x v="0"/><s v="fake"/></r>` +
  '<r><n v="45307"/><n v="0.2"/><x v="1"/><s v="real"/></r></pivotCacheRecords>';

const PIVOT_TABLE =
  `${DECLARATION}<pivotTableDefinition xmlns="${MAIN}" name="Verdicts" cacheId="1" dataCaption="Values" updatedVersion="6" minRefreshableVersion="3" createdVersion="6">` +
  '<location ref="C7:D10" firstHeaderRow="1" firstDataRow="1" firstDataCol="1"/><pivotFields count="4"><pivotField/><pivotField/><pivotField axis="axisRow" dataField="1"><items count="3">' +
  '<item x="0"/><item x="1"/><item t="default"/></items></pivotField><pivotField/></pivotFields><rowFields count="1"><field x="2"/></rowFields><rowItems count="3"><i><x/></i><i><x v="1"/></i>' +
  '<i t="grand"><x/></i></rowItems><colItems count="1"><i/></colItems><dataFields count="1"><dataField name="Count" fld="2" subtotal="count" baseField="0" baseItem="0"/></dataFields></pivotTableDefinition>';

const DRAWING =
  `${DECLARATION}<xdr:wsDr xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main">` +
  '<xdr:twoCellAnchor><xdr:from><xdr:col>6</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>1</xdr:row><xdr:rowOff>0</xdr:rowOff></xdr:from><xdr:to><xdr:col>12</xdr:col><xdr:colOff>0</xdr:colOff>' +
  '<xdr:row>16</xdr:row><xdr:rowOff>0</xdr:rowOff></xdr:to><xdr:graphicFrame macro=""><xdr:nvGraphicFramePr><xdr:cNvPr id="2" name="Chart 1" descr="Scores"/><xdr:cNvGraphicFramePr/></xdr:nvGraphicFramePr>' +
  '<xdr:xfrm><a:off x="0" y="0"/><a:ext cx="0" cy="0"/></xdr:xfrm><a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/chart">' +
  `<c:chart xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" xmlns:r="${R}" r:id="rId1"/></a:graphicData></a:graphic></xdr:graphicFrame><xdr:clientData/></xdr:twoCellAnchor></xdr:wsDr>`;

const CHART =
  `${DECLARATION}<c:chartSpace xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart"><c:chart><c:plotArea><c:layout/><c:barChart><c:barDir val="col"/><c:grouping val="clustered"/><c:varyColors val="0"/>` +
  '<c:ser><c:idx val="0"/><c:order val="0"/><c:tx><c:strRef><c:f>DETECTIONS!$B$1</c:f><c:strCache><c:ptCount val="1"/><c:pt idx="0"><c:v>verdict_score</c:v></c:pt></c:strCache></c:strRef></c:tx>' +
  '<c:cat><c:numRef><c:f>DETECTIONS!$A$2:$A$3</c:f><c:numCache><c:formatCode>General</c:formatCode><c:ptCount val="2"/><c:pt idx="0"><c:v>45306.5</c:v></c:pt></c:numCache></c:numRef></c:cat>' +
  '<c:val><c:numRef><c:f>\'DETECTIONS\'!$B$2:$B$3</c:f><c:numCache><c:formatCode>General</c:formatCode><c:ptCount val="2"/><c:pt idx="0"><c:v>0.9</c:v></c:pt></c:numCache></c:numRef></c:val></c:ser>' +
  '<c:ser><c:idx val="1"/><c:order val="1"/><c:val><c:numRef><c:f>\'Audio scores\'!$B$4</c:f></c:numRef></c:val></c:ser>' +
  '<c:axId val="1"/><c:axId val="2"/></c:barChart><c:catAx><c:axId val="1"/><c:scaling/><c:delete val="0"/><c:axPos val="b"/><c:crossAx val="2"/></c:catAx>' +
  '<c:valAx><c:axId val="2"/><c:scaling/><c:delete val="0"/><c:axPos val="l"/><c:crossAx val="1"/></c:valAx></c:plotArea><c:plotVisOnly val="1"/></c:chart></c:chartSpace>';

/** Parts of the workbook, to be changed by a test. */
export function excelParts(): Parts {
  return new Map<string, string | Uint8Array>([
    ['[Content_Types].xml', CONTENT_TYPES],
    ['_rels/.rels', relationships(['rId1', 'officeDocument', 'xl/workbook.xml'])],
    ['xl/workbook.xml', WORKBOOK],
    [
      'xl/_rels/workbook.xml.rels',
      relationships(
        ['rId1', 'worksheet', 'worksheets/sheet1.xml'],
        ['rId2', 'worksheet', '/xl/worksheets/sheet2.xml'],
        ['rId3', 'worksheet', 'worksheets/sheet3.xml'],
        ['rId4', 'styles', 'styles.xml'],
        ['rId5', 'sharedStrings', 'sharedStrings.xml'],
        ['rId6', 'pivotCacheDefinition', 'pivotCache/pivotCacheDefinition1.xml'],
        ['rId7', 'calcChain', 'calcChain.xml'],
      ),
    ],
    ['xl/worksheets/sheet1.xml', OVERVIEW],
    [
      'xl/worksheets/_rels/sheet1.xml.rels',
      relationships(
        ['rId1', 'drawing', '../drawings/drawing1.xml'],
        ['rId2', 'hyperlink', 'https://intranet.example/how-to', true],
        ['rId3', 'pivotTable', '../pivotTables/pivotTable1.xml'],
      ),
    ],
    ['xl/worksheets/sheet2.xml', DETECTIONS],
    ['xl/worksheets/_rels/sheet2.xml.rels', relationships(['rId1', 'table', '../tables/table1.xml'])],
    ['xl/worksheets/sheet3.xml', SCORES],
    ['xl/styles.xml', STYLES],
    ['xl/sharedStrings.xml', TEXTS],
    ['xl/calcChain.xml', `${DECLARATION}<calcChain xmlns="${MAIN}"><c r="A2" i="1"/></calcChain>`],
    ['xl/tables/table1.xml', TABLE],
    ['xl/pivotCache/pivotCacheDefinition1.xml', PIVOT_CACHE],
    [
      'xl/pivotCache/_rels/pivotCacheDefinition1.xml.rels',
      relationships(['rId1', 'pivotCacheRecords', 'pivotCacheRecords1.xml']),
    ],
    ['xl/pivotCache/pivotCacheRecords1.xml', PIVOT_RECORDS],
    ['xl/pivotTables/pivotTable1.xml', PIVOT_TABLE],
    [
      'xl/pivotTables/_rels/pivotTable1.xml.rels',
      relationships(['rId1', 'pivotCacheDefinition', '../pivotCache/pivotCacheDefinition1.xml']),
    ],
    ['xl/drawings/drawing1.xml', DRAWING],
    ['xl/drawings/_rels/drawing1.xml.rels', relationships(['rId1', 'chart', '../charts/chart1.xml'])],
    ['xl/charts/chart1.xml', CHART],
    ['xl/media/picture.png', Buffer.from('not touched')],
  ]);
}

/** The workbook, with some of its parts changed. A change that changes nothing is a fault of the test. */
export function excelBook(changes: Readonly<Record<string, (part: string) => string>> = {}): Buffer {
  const parts = excelParts();
  for (const [name, change] of Object.entries(changes)) {
    const before = String(parts.get(name) ?? '');
    const after = change(before);
    if (after === before) throw new Error(`nothing changed in ${name}`);
    parts.set(name, after);
  }
  return zipOf(parts);
}
