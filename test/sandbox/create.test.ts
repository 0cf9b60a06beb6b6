import { describe, expect, it } from 'vitest';
import { isJsonObject, type JsonObject } from '../../src/core/json.ts';
import type { Sandbox } from '../../src/sandbox/server.ts';
import { type Got, get, itemsOf, listPath, withSandbox } from './client.ts';
import { textOf } from './items.ts';

function post(sandbox: Sandbox, path: string, body: object, headers: Record<string, string> = {}): Promise<Got> {
  const type = { 'content-type': 'application/json' };
  return get(sandbox, path, { method: 'POST', body: JSON.stringify(body), headers: { ...type, ...headers } });
}

function upload(sandbox: Sandbox, path: string, form: FormData, headers: Record<string, string> = {}): Promise<Got> {
  return get(sandbox, path, { method: 'POST', body: form, headers });
}

function itemOf(got: Got): JsonObject {
  const item = got.json['item'];
  return isJsonObject(item) ? item : {};
}

function files(...names: string[]): FormData {
  const form = new FormData();
  for (const name of names) form.append('files[]', new File(['x'], name));
  return form;
}

const DETECT = '/api/v2/detect';
const MEBIBYTE = 1024 * 1024;
const BATCH = '/api/v2/detect/batch';

describe('creating a detection', () => {
  it('answers 413 to a body that is too large, and then the next request', async () => {
    await withSandbox({ detections: 3 }, async (sandbox) => {
      const body = Buffer.alloc(152 * MEBIBYTE, ' ');
      const refused = await get(sandbox, DETECT, {
        method: 'POST',
        body,
        headers: { 'content-type': 'application/json' },
      });
      expect([refused.status, refused.json['message']]).toEqual([413, 'Request body is too large']);
      expect((await get(sandbox, listPath(1))).status).toBe(200);
    });
  });

  it('from a URL puts it at the head, processing, then completed', async () => {
    await withSandbox({ detections: 30 }, async (sandbox) => {
      const created = await post(sandbox, DETECT, {
        url: 'https://example.com/a/My%20clip.mp3?sig=1',
        intelligence: true,
      });
      expect(created.status).toBe(200);
      expect(itemOf(created)).toMatchObject({
        media_type: 'audio',
        status: 'processing',
        filename: 'My clip.mp3',
        url: 'https://example.com/a/My%20clip.mp3?sig=1',
        zero_retention_mode: false,
      });
      const uuid = textOf(itemOf(created), 'uuid');
      const statuses: unknown[] = [];
      for (let turn = 0; turn < 4; turn++) statuses.push(itemOf(await get(sandbox, `${DETECT}/${uuid}`))['status']);
      expect(statuses).toEqual(['processing', 'processing', 'processing', 'completed']);
      const [head] = itemsOf(await get(sandbox, listPath(1)));
      expect(head).toMatchObject({ uuid, status: 'completed', filename: 'My clip.mp3' });
      expect(head?.['metrics']).toHaveProperty('aggregated_score');
    });
  });

  it('from a secure upload, sent at once or to the answered address', async () => {
    await withSandbox({ detections: 0 }, async (sandbox) => {
      const uploads = '/api/v2/secure_uploads';
      const form = new FormData();
      form.append('file', new File(['x'], 'voice.wav'));
      const whole = await upload(sandbox, uploads, form);
      const token = textOf(whole.json, 'media_token');
      expect(itemOf(await post(sandbox, DETECT, { media_token: token }))).toMatchObject({
        filename: 'voice.wav',
        media_type: 'audio',
      });
      const begun = await post(sandbox, uploads, { filename: 'clip.mp4' });
      const later = { media_token: textOf(begun.json, 'media_token'), modality: 'video', face_only: true };
      expect((await post(sandbox, DETECT, later)).json['message']).toContain('nothing was uploaded');
      const address = new URL(textOf(begun.json, 'upload_url'));
      expect((await get(sandbox, address.pathname, { method: 'PUT', body: 'bytes' })).status).toBe(200);
      expect(itemOf(await post(sandbox, DETECT, later))).toMatchObject({
        filename: 'clip.mp4',
        media_type: 'video',
        modality: 'video',
        face_only: true,
      });
      expect((await post(sandbox, DETECT, { media_token: 'none' })).status).toBe(400);
    });
  });

  it('from an uploaded file', async () => {
    await withSandbox({ detections: 0 }, async (sandbox) => {
      const form = new FormData();
      form.append('file', new File([new Uint8Array([0, 255, 13, 10])], '写真 "1".png'));
      form.append('zero_retention_mode', 'false');
      const created = await upload(sandbox, DETECT, form);
      expect(itemOf(created)).toMatchObject({ media_type: 'image', status: 'processing', filename: '写真 "1".png' });
      expect((await get(sandbox, listPath(1))).json['total_count']).toBe(1);
    });
  });

  it('under zero retention hides the file', async () => {
    await withSandbox({ detections: 0 }, async (sandbox) => {
      const created = await post(sandbox, DETECT, { url: 'https://example.com/secret.mp4', zero_retention_mode: true });
      expect(itemOf(created)).toMatchObject({ url: null, audio_url: null, zero_retention_mode: true });
      expect(textOf(itemOf(created), 'filename')).toMatch(/^redacted_[0-9a-f]{24}\./);
    });
  });

  it('waits where Prefer: wait asks for it, and fails where the name says so', async () => {
    await withSandbox({ detections: 0 }, async (sandbox) => {
      const wait = { prefer: 'wait' };
      const good = await post(sandbox, DETECT, { url: 'https://example.com/a.mp4' }, wait);
      expect(itemOf(good)).toMatchObject({
        status: 'completed',
        video_metrics: { label: expect.any(String) as string },
      });
      const bad = await post(sandbox, DETECT, { url: 'https://example.com/fail.mp4' }, wait);
      expect(itemOf(bad)).toMatchObject({ status: 'failed', error_message: expect.any(String) as string });
    });
  });

  it.each([
    [{}],
    [{ url: 'https://example.com/a.mp3', media_token: 't' }],
    [{ media_token: 't' }],
    [{ url: 'ftp://example.com/a.mp3' }],
    [{ url: 'https://example.com/a.exe' }],
    [{ url: 'https://example.com/' }],
    [{ url: 5 }],
  ])('refuses %j with a 400 and creates nothing', async (body) => {
    await withSandbox({ detections: 0 }, async (sandbox) => {
      const got = await post(sandbox, DETECT, body);
      expect(got.status).toBe(400);
      expect(got.json).toMatchObject({ success: false, message: expect.any(String) as string });
      expect((await get(sandbox, listPath(1))).json['total_count']).toBe(0);
    });
  });

  it.each(['{', '[]', '""'])('refuses the body %j', async (body) => {
    await withSandbox({ detections: 0 }, async (sandbox) => {
      expect((await get(sandbox, DETECT, { method: 'POST', body })).status).toBe(400);
    });
  });

  it('needs the key', async () => {
    await withSandbox({ detections: 0, key: 'right' }, async (sandbox) => {
      const body = { url: 'https://example.com/a.mp3' };
      expect((await post(sandbox, DETECT, body)).status).toBe(401);
      expect((await post(sandbox, DETECT, body, { authorization: 'Token token=right' })).status).toBe(200);
    });
  });
});

describe('deleting a detection', () => {
  it('removes it from list and look-up, once', async () => {
    await withSandbox({ detections: 30 }, async (sandbox) => {
      const uuids = sandbox.uuids();
      const path = `${DETECT}/${uuids[7] ?? ''}`;
      const deleted = await get(sandbox, path, { method: 'DELETE' });
      expect([deleted.status, deleted.json]).toEqual([200, { success: true }]);
      expect((await get(sandbox, path)).status).toBe(404);
      expect((await get(sandbox, path, { method: 'DELETE' })).status).toBe(404);
      expect(sandbox.uuids()).toEqual(uuids.toSpliced(7, 1));
    });
  });

  it('is not possible in given files', async () => {
    await withSandbox({ pagesDir: 'test/fixtures/api' }, async (sandbox) => {
      const path = `${DETECT}/e3ffc285093a5217df898aee629c6df9`;
      expect((await get(sandbox, path, { method: 'DELETE' })).status).toBe(405);
      expect((await post(sandbox, DETECT, { url: 'https://example.com/a.mp3' })).status).toBe(405);
      expect((await get(sandbox, path)).status).toBe(200);
    });
  });
});

describe('batches', () => {
  it.each([
    [['a.mp3', 'b.png'], 'completed', 2, 0],
    [['a.mp3', 'fail-1.mp4', 'c.jpg'], 'partially_failed', 2, 1],
    [['fail.mp3', 'fail.png'], 'failed', 0, 2],
  ])('of %j end as %s', async (names, status, completed, failed) => {
    await withSandbox({ detections: 5 }, async (sandbox) => {
      const created = await upload(sandbox, BATCH, files(...names));
      expect(created.status).toBe(202);
      expect(itemOf(created)).toMatchObject({
        status: 'processing',
        total_files: names.length,
        completed_count: 0,
        failed_count: 0,
      });
      const uuid = textOf(itemOf(created), 'uuid');
      for (let turn = 0; turn < 3; turn++) await get(sandbox, `${BATCH}/${uuid}`);
      const done = itemOf(await get(sandbox, `${BATCH}/${uuid}`));
      expect(done).toMatchObject({ uuid, status, completed_count: completed, failed_count: failed });
      const detects = done['detect_uuids'];
      expect(detects).toEqual(sandbox.uuids().slice(0, names.length).toReversed());
    });
  });

  it('come from a zip archive too; what is no media is skipped', async () => {
    await withSandbox({ detections: 0 }, async (sandbox) => {
      const form = new FormData();
      form.append('file', new File([storedZip(['folder/a.mp3', 'folder/', 'notes.txt', 'b.webp'])], 'all.zip'));
      const created = await upload(sandbox, BATCH, form);
      expect(created.status).toBe(202);
      const items = itemsOf(await get(sandbox, listPath(1)));
      expect(items.map((item) => item['filename'])).toEqual(['b.webp', 'a.mp3']);
    });
  });

  it('are refused where the documentation says so', async () => {
    await withSandbox({ detections: 0 }, async (sandbox) => {
      const status = async (form: FormData, headers = {}) => (await upload(sandbox, BATCH, form, headers)).status;
      expect(await status(files('a.mp3'), { prefer: 'wait' })).toBe(400);
      expect(await status(new FormData())).toBe(400);
      expect(await status(files('a.mp3', 'b.exe'))).toBe(400);
      expect(await status(files(...Array.from({ length: 51 }, (_, at) => `${at}.mp3`)))).toBe(400);
      const notZip = new FormData();
      notZip.append('file', new File(['x'], 'a.zip'));
      expect(await status(notZip)).toBe(400);
      expect(sandbox.uuids()).toEqual([]);
      expect((await get(sandbox, `${BATCH}/unknown`)).status).toBe(404);
    });
  });
});

/** A ZIP archive of empty files: what the reader of names looks at, and nothing else. */
function storedZip(names: readonly string[]): Uint8Array<ArrayBuffer> {
  const entries = names.map((name) => {
    const entry = Buffer.alloc(46 + Buffer.byteLength(name));
    entry.writeUInt32LE(0x02014b50, 0);
    entry.writeUInt16LE(Buffer.byteLength(name), 28);
    entry.write(name, 46);
    return entry;
  });
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(names.length, 10);
  return new Uint8Array(Buffer.concat([...entries, end]));
}
