import { describe, expect, test } from 'vitest';
import { gzipSync } from 'node:zlib';
import { PageTooLargeError } from '../../src/core/errors.ts';
import { openClient } from './api-client.ts';
import { bodyFor, goodAnswer, startServer, type Answer } from './scripted-server.ts';

const MIB = 1024 * 1024;
/** 16 MiB of spaces in 16 KiB; gzip members may follow each other, so n of them are n times as much. */
const SPACES = gzipSync(Buffer.alloc(16 * MIB, ' '));
const GZIP = { 'content-type': 'application/json', 'content-encoding': 'gzip' };

/** 1 GiB in 1 MiB. */
const bomb: Answer = (_request, response) => {
  response.writeHead(200, GZIP).end(Buffer.concat(Array.from({ length: 64 }, () => SPACES)));
};

/** The same chunk again and again, until the client has had enough. */
function endless(chunk: Buffer, headers: Record<string, string>): Answer {
  return (_request, response) => {
    response.writeHead(200, headers);
    const more = (): void => {
      while (!response.destroyed && response.write(chunk));
      if (!response.destroyed) response.once('drain', more);
    };
    more();
  };
}

const SMALL = { maxPageBytes: 256 * 1024, ratioFloorBytes: 64 * 1024 };
const announced: Answer = (_request, response) => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': String(65 * MIB) }).flushHeaders();
};

describe('a page of hostile size is refused twice, then for good, with its name', () => {
  test.each<[string, Answer, object, RegExp]>([
    ['gzip bomb', bomb, {}, /refused: it swells to more than 100 times its compressed size/],
    ['gzip bomb below the ratio', bomb, { maxRatio: 1e9, maxPageBytes: 32 * MIB }, /it is larger than 32 MiB/],
    [
      'endless spaces',
      endless(Buffer.alloc(65_536, ' '), { 'content-type': 'application/json' }),
      SMALL,
      /larger than/,
    ],
    ['endless empty members', endless(gzipSync(Buffer.alloc(0)), GZIP), SMALL, /larger than 262144 bytes/],
    ['announced', announced, {}, /it announces more than 64 MiB/],
  ])('%s', async (_name, answer, limits, message) => {
    const server = await startServer([answer, answer]);
    const client = openClient(server.port, { limits });
    const before = process.memoryUsage().rss;
    const failure = await client.failure();
    const grownMib = (process.memoryUsage().rss - before) / MIB;
    expect(failure).toBeInstanceOf(PageTooLargeError);
    expect(failure.message).toMatch(/^Page 1 of 10 detections cannot be read: /);
    expect(failure.message).toMatch(message);
    expect(failure).toMatchObject({
      kind: 'source',
      place: { page: 1 },
      remedy: expect.stringContaining('--page-size'),
    });
    expect(grownMib).toBeLessThan(150);
    // Not three times, and the connection is still good for something else.
    expect(server.requests.length).toBe(2);
    expect((await client.page(2)).items.length).toBe(10);
  });

  test('once is a fault like any other', async () => {
    const server = await startServer([bomb, (request) => request.socket.destroy(), bomb]);
    const client = openClient(server.port);
    expect(Buffer.from((await client.page(1)).body).equals(bodyFor('/?page=1&page_size=10'))).toBe(true);
    expect(client.events.length).toBe(3);
  });
});

const padded: Answer = (request, response) => {
  response.writeHead(200, GZIP).end(gzipSync(Buffer.concat([bodyFor(request.url ?? ''), Buffer.alloc(7 * MIB, ' ')])));
};

test('a page below the limits is read, however well it compresses', async () => {
  const server = await startServer([padded]);
  expect((await openClient(server.port).page(1)).items.length).toBe(10);
});

test('an answer that trickles for ever ends with its time', async () => {
  const server = await startServer([
    (_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' }).flushHeaders();
      const trickle = (): void => {
        client.clock.advance(30_000);
        if (!response.destroyed) response.write(' ', () => setImmediate(trickle));
      };
      trickle();
    },
    goodAnswer,
  ]);
  const client = openClient(server.port);
  const failure = await client.failure();
  expect(failure.message).toMatch(/at last the answer was not complete after 600 s/);
  expect(server.requests.length).toBe(1);
});
