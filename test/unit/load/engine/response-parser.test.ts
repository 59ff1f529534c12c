import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ResponseParseError, ResponseParser } from '../../../../lib/load/engine/response-parser.ts';
import { type Oracle, startNodeHttpOracle } from '../../../support/node-http-oracle.ts';
import { cutAt, readInPieces } from '../../../support/read-in-pieces.ts';

let oracle: Oracle;
beforeAll(async () => {
  oracle = await startNodeHttpOracle();
});
afterAll(() => oracle.close());

/** Responses that are right, with every way to frame them. */
const WELL_FORMED: Record<string, string> = {
  'content-length': 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello',
  'content-length in odd case and spacing': 'HTTP/1.1 200 OK\r\ncOnTeNt-LeNgTh:\t 5 \r\n\r\nhello',
  'empty body': 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n',
  'no reason': 'HTTP/1.1 404\r\nContent-Length: 2\r\n\r\nno',
  'body that looks like a head': 'HTTP/1.1 200 OK\r\nContent-Length: 18\r\n\r\n\r\n\r\nHTTP/1.1 200\r\n',
  chunked: 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0A\r\n0123456789\r\n0\r\n\r\n',
  'chunked with extensions and trailers':
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\nTrailer: X\r\n\r\n3;a=b;c="d"\r\n\r\n\r\r\n0;last\r\nX-Sum: 1\r\nY: 2\r\n\r\n',
  'chunked and empty': 'HTTP/1.1 500 Oh\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
  'gzip, chunked': 'HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n',
  'close-delimited': 'HTTP/1.1 200 OK\r\nServer: x\r\n\r\nuntil the end',
  'close-delimited and empty': 'HTTP/1.1 200 OK\r\n\r\n',
  'HTTP/1.0': 'HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok',
  'HTTP/1.0 kept alive': 'HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\nok',
  'connection: close': 'HTTP/1.1 200 OK\r\nConnection: X-Other, CLOSE\r\nContent-Length: 2\r\n\r\nok',
  '100-continue first': 'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 Created\r\nContent-Length: 2\r\n\r\nok',
  'early hints, twice':
    'HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\nHTTP/1.1 103 Early Hints\r\nContent-Length: 7\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n!',
  '204': 'HTTP/1.1 204 No Content\r\n\r\n',
  '304 with a length': 'HTTP/1.1 304 Not Modified\r\nContent-Length: 500\r\n\r\n',
  'bytes above ASCII': 'HTTP/1.1 200 \u00dc\r\nX: \u00e4\r\nContent-Length: 2\r\n\r\n\u00c3\u00a4',
};

const MALFORMED: Record<string, string> = {
  'no HTTP at all': 'SSH-2.0-OpenSSH_9.2\r\n\r\n',
  'another version': 'HTTP/1.2 200 OK\r\nContent-Length: 0\r\n\r\n',
  'a status of two digits': 'HTTP/1.1 20 OK\r\nContent-Length: 0\r\n\r\n',
  'two lengths': 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\nok',
  'a length after a no-break space': 'HTTP/1.1 200 OK\r\nContent-Length: \u00a02\r\n\r\nok',
  'a control character in a trailer': 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nT: a\u0001\r\n\r\n',
  'a trailer that is folded': 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nT: a\r\n b\r\n\r\n',
  'a header that is folded': 'HTTP/1.1 200 OK\r\nX: a\r\n b\r\nContent-Length: 2\r\n\r\nok',
  'a line that ends with LF only': 'HTTP/1.1 200 OK\r\nContent-Length: 2\n\r\nok',
  'a negative length': 'HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n',
  'a length and chunks': 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
  'a space before the colon': 'HTTP/1.1 200 OK\r\nContent-Length : 2\r\n\r\nok',
  'a header without a colon': 'HTTP/1.1 200 OK\r\nContent-Length\r\n\r\n',
  'no chunk size': 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\r\n',
  'a chunk size in words': 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n',
  'a chunk longer than it says': 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n0\r\n\r\n',
  'a huge chunk': `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${'f'.repeat(17)}\r\n`,
  'an end in the head': 'HTTP/1.1 200 OK\r\nContent-Le',
  'an end in the body': 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell',
  'an end in a chunk': 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhell',
  'an end before the last chunk': 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n',
  'an end after an interim response': 'HTTP/1.1 100 Continue\r\n\r\n',
  'an upgrade': 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n',
  'a head of 20 KB': `HTTP/1.1 200 OK\r\nX: ${'x'.repeat(20_000)}\r\nContent-Length: 0\r\n\r\n`,
  nothing: '',
};

describe('ResponseParser, with the HTTP client of Node as the oracle', () => {
  it.each(Object.entries(WELL_FORMED))('reads %s, split at every point', async (_, text) => {
    const bytes = Buffer.from(text, 'latin1');
    const expected = await oracle.read(bytes, 'GET');
    expect(expected).not.toBe('error');
    expect(readInPieces([bytes])).toEqual(expected);
    for (let cut = 0; cut <= bytes.length; cut++) expect(readInPieces(cutAt(bytes, [cut]))).toEqual(expected);
    expect(readInPieces([...bytes].map((byte) => Buffer.of(byte)))).toEqual(expected);
  });

  it.each([
    'content-length',
    'chunked',
    '304 with a length',
    'connection: close',
  ])('reads the answer to a HEAD: %s', async (name) => {
    const head = Buffer.from((WELL_FORMED[name] ?? '').split('\r\n\r\n', 1).join(''), 'latin1');
    const bytes = Buffer.concat([head, Buffer.from('\r\n\r\n')]);
    const expected = await oracle.read(bytes, 'HEAD');
    for (let cut = 0; cut <= bytes.length; cut++) {
      expect(readInPieces(cutAt(bytes, [cut]), 'HEAD')).toEqual(expected);
    }
  });

  it.each(Object.entries(MALFORMED))('refuses %s, split at every point', async (_, text) => {
    const bytes = Buffer.from(text, 'latin1');
    expect(await oracle.read(bytes, 'GET')).toBe('error');
    const step = Math.ceil(bytes.length / 500) || 1;
    for (let cut = 0; cut <= bytes.length; cut += step) expect(readInPieces(cutAt(bytes, [cut]))).toBe('error');
  });
});

describe('ResponseParser', () => {
  it('takes bytes beyond the end for an error: we never ask twice', () => {
    const parser = new ResponseParser();
    parser.expect(false, 'all');
    expect(() => parser.execute(Buffer.from('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\nHTTP/1.1 200'))).toThrow(
      'beyond the end',
    );
  });

  it('tells what cannot become a head at once: nobody waits for its end', () => {
    for (const text of ['SSH-2.0', '\r\nHTP', 'HTTP/1.1 200 OK\r\nX: y\n', 'HTTP/1.1 200 OK\n']) {
      const parser = new ResponseParser();
      parser.expect(false, 'nothing');
      expect(() => parser.execute(Buffer.from(text)), text).toThrow(ResponseParseError);
    }
  });

  it('knows a head again only when all of it is the same', () => {
    const parser = new ResponseParser();
    const read = (head: string, body: string): [number, string] => {
      parser.expect(false, 'all');
      expect(parser.execute(Buffer.from(`HTTP/1.1 ${head}\r\n\r\n${body}`))).toBe(true);
      return [parser.response.status, parser.response.body().toString()];
    };
    // More than are remembered, some of the same length, in turns.
    const lengths = [1, 2, 3, 10, 11, 12];
    for (let round = 0; round < 3; round++) {
      for (const length of lengths) {
        const body = 'x'.repeat(length);
        expect(read(`200 OK\r\nContent-Length: ${length}`, body)).toEqual([200, body]);
        expect(read(`404 No\r\nContent-Length: ${length}`, body)).toEqual([404, body]);
        expect(read('204 OK', '')).toEqual([204, '']);
      }
    }
  });

  it('reads the next response on the same connection as if it were the first', () => {
    const parser = new ResponseParser();
    for (const [text, body] of [
      ['HTTP/1.1 200 OK\r\nContent-Length: 3\r\nKeep-Alive: timeout=5, max=100\r\n\r\nabc', 'abc'],
      ['HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nde\r\n0\r\n\r\n', 'de'],
    ] as const) {
      parser.expect(false, 'all');
      expect(parser.execute(Buffer.from(text))).toBe(true);
      expect([parser.response.bodyBytes, parser.response.body().toString()]).toEqual([body.length, body]);
      expect(parser.keepAliveTimeoutSeconds).toBe(body === 'abc' ? 5 : undefined);
    }
  });

  it('bounds what an endless head, extension or trailer may take', () => {
    for (const start of [
      'HTTP/1.1 200 OK\r\n',
      'HTTP/1.1 100 C\r\n\r\n',
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;',
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n',
    ]) {
      const parser = new ResponseParser();
      parser.expect(false, 'all');
      parser.execute(Buffer.from(start));
      const more = start.includes(' 100 ')
        ? 'HTTP/1.1 100 C\r\n\r\n'
        : 'X: y\r\n'.replace(start.endsWith(';') ? '\r\n' : '', '');
      expect(() => {
        for (let i = 0; i < 20_000; i++) parser.execute(Buffer.from(more));
      }).toThrow(ResponseParseError);
    }
  });
});
