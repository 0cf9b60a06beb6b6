import { ConfigError } from '../../../../core/errors.ts';

interface WorkbookPlace {
  readonly part?: string;
  readonly sheet?: string;
  readonly cell?: string;
}

/** One sentence for every way in which a workbook can be unfit; `remedy` says what to change in it. */
export function refused(reason: string, place: WorkbookPlace, remedy: string, cause?: unknown): ConfigError {
  const where = [
    place.sheet === undefined ? null : `sheet ${place.sheet}`,
    place.cell === undefined ? null : `cell ${place.cell}`,
    place.part === undefined ? null : `part ${place.part}`,
  ].filter((word) => word !== null);
  const inWhere = where.length === 0 ? '' : ` (${where.join(', ')})`;
  return new ConfigError(`The workbook cannot be used${inWhere}: ${reason}.`, {
    place: place.part === undefined ? {} : { entry: place.part },
    remedy,
    cause,
  });
}

/** For what no spreadsheet program writes: there is nothing to change by hand. */
export const SAVE_AGAIN = 'Open the workbook in Excel or LibreOffice and save it again as an Excel workbook (.xlsx).';
