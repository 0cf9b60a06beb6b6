"""XlsxWriter in constant memory: the rows of our CSV files, read by Python's csv module, numbers as numbers."""

import csv
import os
import sys

import xlsxwriter
from measured import measured

TABLES = (("detections", "Detections"), ("metric_nodes", "Metric nodes"), ("audio_scores", "Audio scores"))
TEXTS = {"uuid", "detection_uuid", "node", "parent", "filename", "record_sha256"}


def work():
    run, out, most = sys.argv[1], sys.argv[2], int(sys.argv[3])
    book = xlsxwriter.Workbook(os.path.join(out, "python.xlsx"), {"constant_memory": True, "strings_to_urls": False})
    rows = 0
    for table, title in TABLES:
        sheet = book.add_worksheet(title)
        sheet.freeze_panes(1, 0)
        with open(os.path.join(run, table + ".csv"), newline="", encoding="utf-8") as source:
            reader = csv.reader(source)
            header = next(reader)
            sheet.write_row(0, 0, header)
            text = [name in TEXTS for name in header]
            for index, row in enumerate(reader, 1):
                if index > most:
                    break
                for column, cell in enumerate(row):
                    if cell == "":
                        continue
                    if text[column]:
                        sheet.write_string(index, column, cell)
                        continue
                    try:
                        sheet.write_number(index, column, float(cell))
                    except ValueError:
                        sheet.write_string(index, column, cell)
                rows += 1
    book.close()
    return rows


csv.field_size_limit(1 << 30)
measured(work)
