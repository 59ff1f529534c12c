import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { BodyCodingError, MAX_DECODED_BYTES } from '../../../../lib/load/engine/body-coding.ts';
import { MAX_KEPT_BODY_BYTES, ReceivedResponse } from '../../../../lib/load/engine/received-response.ts';

const received = (head: string, ...body: Buffer[]): ReceivedResponse => {
  const response = new ReceivedResponse();
  response.expect('all');
  response.keepHead(head);
  for (const piece of body) response.takeBody(piece, 0, piece.length);
  return response;
};
const coded = (coding: string, body: Buffer): ReceivedResponse =>
  received(`HTTP/1.1 200 OK\r\nContent-Encoding: ${coding}\r\n\r\n`, body);

describe('ReceivedResponse', () => {
  const head = 'HTTP/1.1 200 OK\r\nSet-Cookie: a=1\r\nVia:one\r\nset-cookie:  b=2 \r\nVIA: two\r\nEmpty:\r\n\r\n';

  it('tells header fields whatever their case, each one that came several times', () => {
    const response = received(head);
    expect(response.headers('SET-cookie')).toEqual(['a=1', 'b=2']);
    expect(response.header('via')).toBe('one, two');
    expect(response.header('empty')).toBe('');
    expect(response.header('absent')).toBeUndefined();
    expect(response.header('__proto__')).toBeUndefined();
  });

  it('forgets the response before', () => {
    const response = received(head, Buffer.from('body'));
    expect(response.header('via')).toBeDefined();
    response.expect('nothing');
    expect([response.header('via'), response.body().length, response.bodyBytes]).toEqual([undefined, 0, 0]);
  });

  it('counts a body of which nothing is to be kept', () => {
    const response = new ReceivedResponse();
    response.expect('head');
    response.takeBody(Buffer.from('0123456789'), 2, 7);
    expect([response.bodyBytes, response.body().length, response.isBodyTruncated]).toEqual([5, 0, false]);
  });

  it('keeps no more of a body than it says, and says so', () => {
    const piece = Buffer.alloc(300_000, 'x');
    const response = received('HTTP/1.1 200 OK\r\n\r\n', piece, piece, piece);
    expect([response.body().length, response.isBodyTruncated]).toEqual([900_000, false]);
    response.takeBody(piece, 0, piece.length);
    response.takeBody(piece, 0, piece.length);
    expect([response.body().length, response.bodyBytes]).toEqual([MAX_KEPT_BODY_BYTES, 1_500_000]);
    expect([response.isBodyTruncated, response.decodedBody().length]).toEqual([true, MAX_KEPT_BODY_BYTES]);
  });

  it('holds on to no buffer of others', () => {
    const shared = Buffer.from('before');
    const response = received('HTTP/1.1 200 OK\r\n\r\n', shared);
    shared.fill('x');
    expect(response.body().toString()).toBe('before');
  });
});

describe('the content codings', () => {
  const text = Buffer.from('Grüße, '.repeat(100));

  it.each([
    ['gzip', gzipSync],
    ['X-GZip', gzipSync],
    ['deflate', deflateSync],
    ['deflate', deflateRawSync],
    ['br', brotliCompressSync],
    ['zstd', zstdCompressSync],
    ['identity', (bytes: Buffer) => bytes],
    ['gzip, br', (bytes: Buffer) => brotliCompressSync(gzipSync(bytes))],
  ] as const)('%s is undone by %O', (coding, encode) => {
    expect(coded(coding, encode(text)).decodedBody()).toEqual(text);
  });

  it('may be named where there is no body', () => {
    expect(coded('gzip', Buffer.alloc(0)).decodedBody().length).toBe(0);
  });

  it.each([
    ['gzip', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
    ['zstd', zstdCompressSync],
  ] as const)('%s may not become more than is taken', (coding, encode) => {
    const bomb = encode(Buffer.alloc(MAX_DECODED_BYTES + 1));
    expect(() => coded(coding, bomb).decodedBody()).toThrow(`longer than ${MAX_DECODED_BYTES} bytes`);
    expect(coded(coding, encode(Buffer.alloc(MAX_DECODED_BYTES))).decodedBody().length).toBe(MAX_DECODED_BYTES);
  });

  it('that are unknown, not followed, or of a body that is cut off are told', () => {
    expect(() => coded('toString', text).decodedBody()).toThrow('"tostring" is not known');
    for (const coding of ['gzip', 'deflate', 'br', 'zstd']) {
      expect(() => coded(coding, text).decodedBody()).toThrow(`no valid ${coding}`);
      expect(() => coded(coding, gzipSync(text).subarray(0, 20)).decodedBody()).toThrow(BodyCodingError);
    }
    expect(() => coded('gzip', Buffer.alloc(MAX_KEPT_BODY_BYTES + 1)).decodedBody()).toThrow('are kept');
  });
});
