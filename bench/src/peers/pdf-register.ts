import { join } from 'node:path';
import { FileOutput } from '../../../dist/platform/files/file-output.js';
import { writePdf } from '../../../dist/render/sinks/pdf/writer.js';
import { argument, measured } from '../measured.js';
import { readRegisterReport } from '../register-report.js';

/** The register by our own renderer: a tagged PDF/A with repeated heads, two lines in a cell, in two fonts. */
const { report, table } = await readRegisterReport(argument(0));
const output = await FileOutput.create(join(argument(1), 'register.pdf'), 0o600);
await measured(async () => {
  await writePdf(report, output);
  await output.close();
  return table.rows.length;
});
