import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Oracle, startNodeHttpOracle } from '../../../support/node-http-oracle.ts';
import { readWithNodeParser } from '../../../support/node-parser-oracle.ts';
import { cutAt, readInPieces } from '../../../support/read-in-pieces.ts';
import { anyResponse, damagedResponse } from '../../../support/response-arbitrary.ts';

const FINAL = 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n';
const CHUNKED = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n';

type Read = 'error' | 'kept' | 'closed';
type Difference = {
  why: string;
  example: string;
  isHead?: boolean;
  ours: Read;
  theirs: Read;
  /** Whether it may be at work in a response. */
  isIn: (text: string, isHead: boolean) => boolean;
};

/** Where we read something else than Node on purpose. */
const DIFFERENCES: Difference[] = [
  {
    why: 'keeps the connection after the answer to a HEAD that tells no length: there is no body to be delimited (RFC 9112, 6.3)',
    example: 'HTTP/1.1 200 OK\r\n\r\n',
    isHead: true,
    ours: 'kept',
    theirs: 'closed',
    isIn: (text, isHead) => isHead && !/content-length|chunked\r/i.test(text),
  },
  {
    why: 'does not take an interim response for the last of its connection, whatever it says: a final one follows (RFC 9110, 15.2)',
    example: `HTTP/1.1 103 Early Hints\r\nConnection: close\r\n\r\n${FINAL}`,
    ours: 'kept',
    theirs: 'error',
    isIn: (text) => /HTTP\/1\.0 1|HTTP\/1\.1 1.*Connection:[^\r]*close/is.test(text),
  },
  {
    why: 'closes an HTTP/1.0 connection of which the server says both: close has precedence (RFC 9112, 9.3)',
    example: 'HTTP/1.0 200 OK\r\nConnection: close, keep-alive\r\nContent-Length: 0\r\n\r\n',
    ours: 'closed',
    theirs: 'kept',
    isIn: (text) => /HTTP\/1\.0/.test(text) && /close/i.test(text) && /keep-alive/i.test(text),
  },
  {
    why: 'takes a tab after the coding for a blank (RFC 9110, 5.6.3)',
    example: 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\t\r\n\r\n0\r\n\r\n',
    ours: 'kept',
    theirs: 'closed',
    isIn: (text) => /chunked *\t/i.test(text),
  },
  {
    why: 'skips chunk extensions without reading their grammar: blanks may stand in them (RFC 9112, 7.1.1)',
    example: `${CHUNKED}1; a = b\r\nx\r\n0; c\r\n\r\n`,
    ours: 'kept',
    theirs: 'error',
    isIn: (text) => /chunked/i.test(text) && /[\da-f];/i.test(text),
  },
  {
    why: 'gives no meaning to a Content-Length that is a trailer (RFC 9110, 6.5.1)',
    example: `${CHUNKED}0\r\nContent-Length: 1\r\n\r\n`,
    ours: 'kept',
    theirs: 'error',
    isIn: (text) => /chunked.*\r\n\r\n.*Content-Length/is.test(text),
  },
  {
    why: 'refuses other versions and protocols: we have asked in HTTP/1.1',
    example: 'ICE/1.0 200 OK\r\nContent-Length: 0\r\n\r\n',
    ours: 'error',
    theirs: 'closed',
    isIn: (text) => !/^[\r\n]*HTTP\/1\.[01] /.test(text) || /HTTP\/(?!1\.[01] )/.test(text),
  },
  {
    why: 'refuses a status below 100 (RFC 9110, 15)',
    example: `HTTP/1.1 099 Low\r\nContent-Length: 0\r\n\r\n${FINAL}`,
    ours: 'error',
    theirs: 'kept',
    isIn: (text) => /HTTP\/1\.[01] 0/.test(text),
  },
  {
    why: 'gives no meaning to Proxy-Connection (RFC 9112, C.2.2)',
    example: 'HTTP/1.1 200 OK\r\nProxy-Connection: close\r\nContent-Length: 0\r\n\r\n',
    ours: 'kept',
    theirs: 'closed',
    isIn: (text) => /proxy-connection/i.test(text),
  },
];

/** `toEqual` takes its time for its messages. */
function expectSame(ours: unknown, theirs: unknown): void {
  if (!isDeepStrictEqual(ours, theirs)) expect(ours).toEqual(theirs);
}

const mayDiffer = (bytes: Buffer, isHead: boolean): boolean =>
  DIFFERENCES.some(({ isIn }) => isIn(bytes.toString('latin1'), isHead));

describe('ResponseParser', () => {
  let client: Oracle;
  beforeAll(async () => {
    client = await startNodeHttpOracle();
  });
  afterAll(() => client.close());

  it('reads any response as the HTTP client of Node does', async () => {
    await fc.assert(
      fc.asyncProperty(anyResponse, async (bytes) => {
        if (mayDiffer(bytes, false)) return;
        expectSame(readInPieces([bytes]), await client.read(bytes, 'GET'));
      }),
      { numRuns: 150 },
    );
  });

  it("reads any response as Node's parser does, split at every point", () => {
    fc.assert(
      fc.property(anyResponse, (bytes) => {
        const whole = readInPieces([bytes]);
        if (!mayDiffer(bytes, false)) expectSame(whole, readWithNodeParser(bytes, false));
        for (let cut = 1; cut < bytes.length; cut++) expectSame(readInPieces(cutAt(bytes, [cut])), whole);
      }),
      { numRuns: 150 },
    );
  });

  it("reads from any damaged response what Node's parser reads, and refuses what it refuses, cut anywhere", () => {
    fc.assert(
      fc.property(damagedResponse, fc.boolean(), fc.array(fc.nat(), { maxLength: 6 }), (bytes, isHead, cuts) => {
        const method = isHead ? 'HEAD' : 'GET';
        const whole = readInPieces([bytes], method);
        if (!mayDiffer(bytes, isHead)) {
          const theirs = readWithNodeParser(bytes, isHead);
          // Whether there is a length to be told is not always as plain as in the example above.
          const isKeptAlike = typeof whole === 'string' || typeof theirs === 'string' || !isHead;
          expectSame(whole, isKeptAlike ? theirs : { ...theirs, keepAlive: whole.keepAlive });
        }
        expectSame(readInPieces(cutAt(bytes, cuts), method), whole);
      }),
      { numRuns: 2_000 },
    );
  });

  it.each(DIFFERENCES)('$why', ({ example, ours, theirs, isIn, isHead = false }) => {
    const bytes = Buffer.from(example, 'latin1');
    expect(isIn(example, isHead)).toBe(true);
    const read = [readInPieces([bytes], isHead ? 'HEAD' : 'GET'), readWithNodeParser(bytes, isHead)];
    expect(read.map((each) => (typeof each === 'string' ? each : each.keepAlive ? 'kept' : 'closed'))).toEqual([
      ours,
      theirs,
    ]);
  });
});
