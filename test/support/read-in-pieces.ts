import { ResponseParseError, ResponseParser } from '../../lib/load/engine/response-parser.ts';
import type { ReadResponse } from './node-http-oracle.ts';

/**
 * What our parser reads from the pieces, after which the server closes the connection. They come through one shared buffer, as from
 * sockets, so that nobody may hold on to it.
 */
export function readInPieces(pieces: Buffer[], method = 'GET'): ReadResponse | 'beyond' {
  const parser = new ResponseParser();
  parser.expect(method === 'HEAD', 'all');
  const shared = Buffer.alloc(70_000, '\r\n\r\nHTTP/1.1 999');
  try {
    let complete = false;
    for (const piece of pieces) {
      piece.copy(shared);
      complete = parser.execute(shared, piece.length);
    }
    if (!complete && !parser.finish()) return 'error';
  } catch (error) {
    if (error instanceof ResponseParseError) return error.message.includes('beyond the end') ? 'beyond' : 'error';
    throw error;
  }
  const { status, bodyBytes } = parser.response;
  const body = parser.response.body().toString('latin1');
  if (bodyBytes !== body.length) throw new Error(`${bodyBytes} bytes were counted, and ${body.length} kept`);
  return { status, body, keepAlive: parser.keepAlive };
}

/** The bytes in pieces, cut at each of the places (modulo their number). */
export const cutAt = (bytes: Buffer, cuts: number[]): Buffer[] => {
  const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).toSorted((a, b) => a - b), bytes.length];
  return places.slice(1).map((end, i) => bytes.subarray(places[i], end));
};
