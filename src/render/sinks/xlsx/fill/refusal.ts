import { ConfigError } from '../../../../core/errors.ts';

type WorkbookPlace = Readonly<Partial<Record<'sheet' | 'cell' | 'part', string>>>;

/** One sentence for every way in which a workbook can be unfit; `remedy` says what to change in it. */
export function refused(reason: string, place: WorkbookPlace, remedy: string, cause?: unknown): ConfigError {
  const where = (['sheet', 'cell', 'part'] as const).flatMap((kind) => {
    const name = place[kind];
    return name === undefined ? [] : [`${kind} ${name}`];
  });
  const inWhere = where.length === 0 ? '' : ` (${where.join(', ')})`;
  return new ConfigError(`The workbook cannot be used${inWhere}: ${reason}.`, {
    place: place.part === undefined ? {} : { entry: place.part },
    remedy,
    cause,
  });
}

/** For what no spreadsheet program writes: there is nothing to change by hand. */
export const SAVE_AGAIN = 'Open the workbook in Excel or LibreOffice and save it again as an Excel workbook (.xlsx).';
