import { spawn } from 'node:child_process';
import { openSync, closeSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { FORMATS } from '../../src/render/sinks/registry.ts';
import { endOf, inFolder, MAIN, runHere } from './run-cli.ts';

const builtIn = fileURLToPath(new URL('../../templates/monthly-compliance.yaml', import.meta.url));

describe('templates', () => {
  test('list: one line each', async () => {
    const { code, stdout } = await runHere(['templates', 'list']);
    expect(code).toBe(0);
    expect(
      stdout
        .trim()
        .split('\n')
        .map((line) => line.split(' ')[0]),
    ).toEqual([
      'analyst-workbook',
      'dsa-transparency',
      'monthly-compliance',
      'scheduled-export',
      'spreadsheet-analysis',
    ]);
  });

  test('show: the file itself, to copy', async () => {
    const { code, stdout } = await runHere(['templates', 'show', 'monthly-compliance']);
    expect(code).toBe(0);
    expect(stdout).toBe(await readFile(builtIn, 'utf8'));
  });

  test('check: says what a template makes; a copy of a built-in one is correct', async () => {
    await inFolder(async (folder) => {
      await writeFile(join(folder, 'mine.yaml'), await readFile(builtIn));
      const { code, stdout } = await runHere(['templates', 'check', 'mine.yaml'], { cwd: folder });
      expect(code).toBe(0);
      expect(stdout).toMatch(
        /^ok: mine: csv, xlsx, pdf; detections \(\d+ columns\), metric_nodes \(\d+ columns\), audio_scores \(3 columns\)\nsha256 [0-9a-f]{64}\n$/,
      );
    });
  });

  test('check: a broken one is refused with every problem', async () => {
    await inFolder(async (folder) => {
      await writeFile(
        join(folder, 'mine.yaml'),
        'title: x\nformats: [doc]\ntables: {detections: all}\nsections: [covr]\nlanguage: fr\nbrand: x\n',
      );
      const { code, stdout, stderr } = await runHere(['templates', 'check', 'mine.yaml'], { cwd: folder });
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr).toContain(`mine.yaml:2: formats[0]: "doc" is not a format. Allowed: ${FORMATS.join(', ')}.`);
      expect(stderr).toContain('mine.yaml:4: sections[0]: "covr" is not a section. Did you mean "cover"?');
      const lines = stderr.split('\n').filter((line) => line.startsWith('error: '));
      expect(lines.map((line) => /yaml:(\d+):/.exec(line)?.[1])).toEqual(['2', '4', '5', '6']);
      expect(new Set(lines).size).toBe(4);
      expect(stderr).not.toMatch(/more problem/);
      const schema = /try: .* (\/\S+template\.schema\.json) lists every key/.exec(stderr)?.[1] ?? '';
      expect(JSON.parse(await readFile(schema, 'utf8'))).toHaveProperty('properties.title');
      const run = await runHere(['export', '--source', 'sandbox', '--template', './mine.yaml'], { cwd: folder });
      expect(run.code).toBe(2);
      expect(run.stderr).toContain('error: mine.yaml:2: formats[0]: "doc" is not a format.');
    });
  });
});

describe('templates preview', () => {
  test('renders a template over generated detections, again and again, and says which colour was changed', async () => {
    await inFolder(async (folder) => {
      const mine =
        'title: Mine\nformats: [csv]\nbrand: {accent_colour: "#ffee00"}\ntables: {detections: [uuid, verdict]}\n';
      await writeFile(join(folder, 'mine.yaml'), mine);
      for (const _ of ['first', 'second']) {
        const { code, stdout, stderr } = await runHere(['templates', 'preview', 'mine.yaml'], { cwd: folder });
        expect({ code, last: stdout.trim().split('/').slice(-3) }).toEqual({
          code: 0,
          last: ['output', 'preview', 'mine_2024-01'],
        });
        expect(stderr).toContain('brand.accent_colour: #ffee00 is too light for text on white, so reports use #');
      }
      // The usual colours are no one's choice.
      await writeFile(join(folder, 'plain.yaml'), mine.replace(/^brand.*\n/m, ''));
      expect((await runHere(['templates', 'check', 'plain.yaml'], { cwd: folder })).stderr).toBe('');
      const table = await readFile(join(folder, 'output/preview/mine_2024-01/detections.csv'), 'utf8');
      expect(table.slice(0, 14)).toBe('uuid,verdict\r\n');
      await writeFile(join(folder, 'mine.yaml'), 'title: x\nformats: [doc]\nsections: [covr]\n');
      const refused = await runHere(['templates', 'preview', 'mine.yaml'], { cwd: folder });
      expect(refused.code).toBe(2);
      expect(refused.stderr).toMatch(/"doc" is not a format[^]*"covr" is not a section/);
    });
  });
});

describe('stdout', () => {
  test('a reader that goes away is no failure and no stack trace', async () => {
    // The shell's pipe: head ends after a line, and its exit closes the pipe under the program.
    const child = spawn(
      'bash',
      [
        '-c',
        '"$0" "$1" templates show monthly-compliance | head -n 1; echo "${PIPESTATUS[0]}"',
        process.execPath,
        MAIN,
      ],
      {
        cwd: tmpdir(),
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    const { stdout, stderr } = await endOf(child);
    expect(stderr).toBe('');
    expect(stdout).toBe('# yaml-language-server: $schema=./template.schema.json\n0\n');
  });

  test('a pipe that is closed before the first byte ends quietly', async () => {
    const child = spawn(
      'bash',
      ['-c', 'exec 3> >(exec true); wait $!; "$0" "$1" templates list >&3; echo "code $?"', process.execPath, MAIN],
      {
        cwd: tmpdir(),
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    const { stdout, stderr } = await endOf(child);
    expect({ stdout, stderr }).toEqual({ stdout: 'code 0\n', stderr: '' });
  });

  test('a full disk is a failure with exit code 7', async () => {
    const full = openSync('/dev/full', 'w');
    const child = spawn(process.execPath, [MAIN, 'templates', 'list'], { stdio: ['ignore', full, 'pipe'] });
    closeSync(full);
    const { code, stderr } = await endOf(child);
    expect(code).toBe(7);
    expect(stderr).toBe(
      'error: The result could not be written to stdout (ENOSPC).\n  try: Check where stdout leads, and whether there is space.\n',
    );
  });
});
