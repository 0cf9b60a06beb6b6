#!/usr/bin/env python3
"""Makes analyst-workbook.xlsx, the example of a workbook that detect-report fills.

Any workbook made in Excel or LibreOffice does; this one is made by a program, so that everyone can see what is in it.
Needs openpyxl (Debian: python3-openpyxl). The same version of openpyxl gives the same parts, whatever the clock says.

    python3 make-analyst-workbook.py [FILE]
"""

import datetime
import io
import re
import sys
import zipfile

from openpyxl import Workbook
from openpyxl.chart import BarChart, Reference, ScatterChart, Series
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.chart.text import RichText, Text
from openpyxl.chart.title import Title
from openpyxl.drawing.line import LineProperties
from openpyxl.drawing.text import CharacterProperties, Paragraph, ParagraphProperties, RegularTextRun
from openpyxl.formatting.rule import CellIsRule, ColorScaleRule
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.table import Table, TableStyleInfo

INK, MUTED, PRIMARY, WASH = "15202B", "52606D", "1F3A5F", "F4F6F8"
VERDICTS = {"fake": ("A3182E", "FCF0F1"), "indeterminate": ("7F5200", "FDF6E8"), "real": ("1F5F7A", "EEF5F8")}
FILLS = {"fake": "A3182E", "indeterminate": "B07A1E", "real": "5F97B2"}
# Words for those who cannot see the charts, in the order of the charts.
ALTERNATIVE_TEXTS = (
    "Stacked columns: verdicts of each medium, as counted in the table above.",
    "Points: the score of each detection over the time at which it was created.",
)
A_FIXED_DAY = datetime.datetime(2024, 1, 1)


def font(colour=INK, size=11, bold=False):
    return Font(name="Calibri", size=size, bold=bold, color="FF" + colour)


def fill(colour):
    return PatternFill("solid", fgColor="FF" + colour)


def head(cell, align=None):
    cell.font = font("FFFFFF", bold=True)
    cell.fill = fill(PRIMARY)
    cell.alignment = Alignment(vertical="center", horizontal=align)


def print_wide(sheet):
    """A4, landscape, as wide as one page."""
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True


def colour_verdicts(sheet, cells):
    for verdict, (text, wash) in VERDICTS.items():
        looks = {"font": Font(bold=True, color="FF" + text), "fill": PatternFill(bgColor="FF" + wash, fill_type="solid")}
        sheet.conditional_formatting.add(cells, CellIsRule(operator="equal", formula=[f'"{verdict}"'], **looks))


def add_rows(sheet, first_row, columns, samples):
    """A header, sample rows below it, and the looks that every row shall have."""
    line = Border(bottom=Side(style="hair", color="FFD3DAE1"))
    for index, (name, width, number_format, align) in enumerate(columns, start=1):
        sheet.column_dimensions[chr(64 + index)].width = width
        head(sheet.cell(first_row, index, name), align)
        # Room between a number and the text behind it.
        sheet.cell(first_row, index).alignment = Alignment(vertical="center", horizontal=align, indent=align == "left")
        for below, sample in enumerate(samples, start=1):
            cell = sheet.cell(first_row + below, index, sample[index - 1])
            cell.font, cell.border, cell.number_format = font(), line, number_format
            cell.alignment = Alignment(horizontal=align, indent=align == "left")
    sheet.row_dimensions[first_row].height = 22
    print_wide(sheet)
    sheet.freeze_panes = sheet.cell(first_row + 1, 1)
    sheet.sheet_view.zoomScale = 90


def add_detections(book):
    sheet = book.create_sheet("Detections")
    columns = [
        ("created_at", 20, "yyyy-mm-dd hh:mm", "left"),
        ("media_type", 13, "@", "left"),
        ("status", 13, "@", "left"),
        ("verdict", 15, "@", "left"),
        ("verdict_score", 15, "0.000", "right"),
        ("filename", 44, "@", "left"),
        ("duration_seconds", 18, "0.0", "right"),
        ("uuid", 38, "@", "left"),
    ]
    at = datetime.datetime(2024, 1, 15, 9, 30)
    samples = [
        (at, "audio", "completed", "fake", 0.94, "a sample.wav", 12.5, "00000000000000000000000000000001"),
        (at, "video", "completed", "real", 0.08, "another sample.mp4", 61.0, "00000000000000000000000000000002"),
    ]
    add_rows(sheet, 1, columns, samples)
    table = Table(displayName="detections", name="detections", ref="A1:H3")
    table.tableStyleInfo = TableStyleInfo(name="TableStyleLight1", showRowStripes=True)
    sheet.add_table(table)
    colour_verdicts(sheet, "D2:D3")


def add_metric_nodes(book):
    sheet = book.create_sheet("Metric nodes")
    sheet["A1"] = "Every node of every metric tree; the redder, the more likely fake"
    sheet["A1"].font = font(MUTED)
    columns = [
        ("detection_uuid", 38, "@", "left"),
        ("node", 16, "@", "left"),
        ("label", 24, "@", "left"),
        ("score", 12, "0.000", "right"),
    ]
    samples = [
        ("00000000000000000000000000000002", "video", "real", 0.08),
        ("00000000000000000000000000000002", "video/0", "real", 0.07),
    ]
    add_rows(sheet, 3, columns, samples)
    sheet.auto_filter.ref = "A3:D5"
    scale = {"start_type": "num", "start_value": 0, "start_color": "FFFFFFFF"}
    scale |= {"end_type": "num", "end_value": 1, "end_color": "FFF0B8BF"}
    sheet.conditional_formatting.add("D4:D5", ColorScaleRule(**scale))


def add_facts(book, sheet):
    """Cells whose names say what the report shall write into them."""
    facts = [("Report", "report_id"), ("Period", "report_period"), ("As of", "report_as_of"), ("Status", "report_status_text")]
    for row, (label, name) in enumerate(facts, start=4):
        sheet.cell(row, 2, label).font = font(MUTED)
        sheet.cell(row, 3).font = font(bold=name == "report_status_text")
        book.defined_names.append(DefinedName(name, attr_text=f"Overview!$C${row}"))


def add_matrix(sheet):
    """Like a pivot table, but of formulas: it is right in every program, without being refreshed."""
    for column, text in enumerate(["Medium", "fake", "indeterminate", "real", "Decided", "Share of fakes"], start=2):
        head(sheet.cell(10, column, text), "left" if column == 2 else "right")
    for row, medium in enumerate(["audio", "image", "video"], start=11):
        sheet.cell(row, 2, medium)
        for column in "CDE":
            sheet[f"{column}{row}"] = f"=COUNTIFS(detections[media_type],$B{row},detections[verdict],{column}$10)"
    sheet["B14"] = "All"
    for column in "CDE":
        sheet[f"{column}14"] = f"=SUM({column}11:{column}13)"
    for row in range(11, 15):
        sheet[f"F{row}"] = f"=SUM(C{row}:E{row})"
        sheet[f"G{row}"] = f'=IF(C{row}+E{row}=0,"–",C{row}/(C{row}+E{row}))'
        for column in "BCDEFG":
            cell = sheet[f"{column}{row}"]
            cell.font = font(bold=row == 14)
            cell.number_format = "0.0%" if column == "G" else "#,##0" if column != "B" else "@"
            cell.border = Border(bottom=Side(style="thin" if row == 13 else "hair", color="FFD3DAE1"))
            cell.alignment = Alignment(horizontal="left" if column == "B" else "right")


def add_scores(sheet):
    """Formulas over the sample rows cover every row afterwards."""
    sheet["I9"] = "Scores, P(fake)"
    sheet["I9"].font = font(PRIMARY, 13, True)
    scores = "Detections!$E$2:$E$3"
    lines = [
        ("Scores", f"COUNT({scores})"),
        ("Mean", f"AVERAGE({scores})"),
        ("Median", f"MEDIAN({scores})"),
        ("95 of 100 are at most", f"PERCENTILE({scores},0.95)"),
    ]
    for column, text in (("I", "Measure"), ("J", "Value")):
        sheet[f"{column}10"].value = text
        head(sheet[f"{column}10"], "right" if column == "J" else "left")
    for row, (label, formula) in enumerate(lines, start=11):
        sheet[f"I{row}"], sheet[f"J{row}"] = label, f'=IF(COUNT({scores})=0,"–",{formula})'
        sheet[f"J{row}"].number_format = "#,##0" if row == 11 else "0.000"
        sheet[f"J{row}"].alignment = Alignment(horizontal="right")
        for column in "IJ":
            sheet[f"{column}{row}"].font = font()
            sheet[f"{column}{row}"].border = Border(bottom=Side(style="hair", color="FFD3DAE1"))


def chart_title(text):
    looks = CharacterProperties(sz=1200, b=True, solidFill=INK)
    run = RegularTextRun(rPr=looks, t=text)
    return Title(tx=Text(rich=RichText(p=[Paragraph(pPr=ParagraphProperties(defRPr=looks), r=[run])])), overlay=False)


def add_charts(book, sheet):
    bars = BarChart()
    bars.type, bars.grouping, bars.overlap, bars.gapWidth = "col", "stacked", 100, 60
    bars.title, bars.height, bars.width = chart_title("Verdicts by medium"), 8.6, 21
    for column, verdict in enumerate(FILLS, start=3):
        series = Series(Reference(sheet, min_col=column, min_row=11, max_row=13), title_from_data=False)
        series.tx = Series(Reference(sheet, min_col=column, min_row=10, max_row=11), title_from_data=True).tx
        series.graphicalProperties = GraphicalProperties(solidFill=FILLS[verdict])
        bars.series.append(series)
    bars.set_categories(Reference(sheet, min_col=2, min_row=11, max_row=13))
    bars.legend.position = "b"
    sheet.add_chart(bars, "B18")

    data = book["Detections"]
    points = ScatterChart()
    points.style, points.scatterStyle = 13, "lineMarker"
    points.title, points.height, points.width, points.legend = chart_title("Score of each detection"), 8.6, 15, None
    x, y = (Reference(data, min_col=column, min_row=2, max_row=3) for column in (1, 5))
    series = Series(y, x, title="Score")
    series.marker.symbol, series.marker.size = "circle", 4
    series.marker.graphicalProperties = GraphicalProperties(solidFill=PRIMARY)
    series.graphicalProperties.line.noFill = True
    points.series.append(series)
    points.x_axis.number_format, points.x_axis.majorGridlines = "yyyy-mm-dd", None
    points.y_axis.scaling.min, points.y_axis.scaling.max = 0, 1
    points.y_axis.number_format = "0.0"
    for axis in (points.x_axis, points.y_axis, bars.x_axis, bars.y_axis):
        axis.delete = False
        if axis.majorGridlines is not None:
            axis.majorGridlines.spPr = GraphicalProperties(ln=LineProperties(solidFill="D3DAE1"))
    sheet.add_chart(points, "I18")


def add_overview(book):
    sheet = book["Overview"]
    sheet.sheet_view.showGridLines = False
    for column, width in zip("ABCDEFGHIJ", (2, 14, 14, 14, 14, 14, 16, 3, 46, 14)):
        sheet.column_dimensions[column].width = width
    sheet["B2"], sheet["B2"].font = "Deepfake detections", font(PRIMARY, 20, True)
    sheet.row_dimensions[2].height = 30
    sheet["B9"], sheet["B9"].font = "Verdicts by medium", font(PRIMARY, 13, True)
    print_wide(sheet)
    add_facts(book, sheet)
    add_matrix(sheet)
    add_scores(sheet)


def ordered_font(match):
    """openpyxl writes what a font is made of in another order than the schema's (ECMA-376-1, 18.8.22)."""
    order = [b"b", b"i", b"strike", b"u", b"vertAlign", b"sz", b"color", b"name", b"family", b"charset", b"scheme"]
    parts = re.findall(rb"<[^>]+/>", match[1])
    return b"<font>" + b"".join(sorted(parts, key=lambda part: order.index(re.match(rb"<(\w+)", part)[1]))) + b"</font>"


def packed(book):
    """The workbook's bytes without the clock in them, its charts described in words."""
    book.properties.created = A_FIXED_DAY
    buffer = io.BytesIO()
    book.save(buffer)
    result = io.BytesIO()
    with zipfile.ZipFile(buffer) as source, zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            content = source.read(name)
            if name == "docProps/core.xml":
                content = re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>2024-01-01T00:00:00Z", content)
            if name == "xl/styles.xml":
                content = re.sub(rb"<font>(.*?)</font>", ordered_font, content)
            if name.startswith("xl/drawings/drawing"):
                for number, text in enumerate(ALTERNATIVE_TEXTS, start=1):
                    mark = f'name="Chart {number}"'
                    content = content.replace(mark.encode(), f'{mark} descr="{text}"'.encode())
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.compress_type, entry.external_attr, entry.create_system = zipfile.ZIP_DEFLATED, 0o644 << 16, 3
            target.writestr(entry, content)
    return result.getvalue()


def main():
    book = Workbook()
    book.active.title = "Overview"
    book.properties.creator, book.properties.title = "detect-report", "Example of a workbook to fill"
    add_detections(book)
    add_metric_nodes(book)
    add_overview(book)
    add_charts(book, book["Overview"])
    path = sys.argv[1] if len(sys.argv) > 1 else "analyst-workbook.xlsx"
    with open(path, "wb") as file:
        file.write(packed(book))


main()
