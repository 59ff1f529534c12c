import { brotliDecompressSync, gunzipSync, inflateRawSync, inflateSync, zstdDecompressSync } from 'node:zlib';

/** The body of a response cannot be read: a failure of that response, not of the connection. */
export class BodyCodingError extends Error {
  override name = 'BodyCodingError';
}

export const MAX_DECODED_BYTES = 8 * 1024 * 1024;

const limit = { maxOutputLength: MAX_DECODED_BYTES };

/** The low half of the first byte names the method in zlib's own wrapper (RFC 1950); some servers leave the wrapper out. */
const hasZlibWrapper = (bytes: Buffer): boolean =>
  bytes.length > 1 && ((bytes[0] ?? 0) & 15) === 8 && bytes.readUInt16BE() % 31 === 0;

const DECODERS: Record<string, (bytes: Buffer) => Buffer> = {
  gzip: (bytes) => gunzipSync(bytes, limit),
  deflate: (bytes) => (hasZlibWrapper(bytes) ? inflateSync(bytes, limit) : inflateRawSync(bytes, limit)),
  br: (bytes) => brotliDecompressSync(bytes, limit),
  zstd: (bytes) => zstdDecompressSync(bytes, limit),
};
const ALIASES: Record<string, string> = { 'x-gzip': 'gzip' };

function decode(bytes: Buffer, coding: string): Buffer {
  const decoder = Object.hasOwn(DECODERS, coding) ? DECODERS[coding] : undefined;
  if (decoder === undefined) throw new BodyCodingError(`the content coding "${coding.slice(0, 40)}" is not known`);
  try {
    return decoder(bytes);
  } catch (error) {
    const isTooLong = error instanceof RangeError;
    throw new BodyCodingError(
      isTooLong
        ? `the body is longer than ${MAX_DECODED_BYTES} bytes without its coding`
        : `the body is no valid ${coding}`,
      { cause: error },
    );
  }
}

/**
 * Undoes the codings of a body, the last one first (RFC 9110, 8.4).
 * @param codings as in `Content-Encoding`: gzip, deflate, br and zstd are known, in any case
 * @throws BodyCodingError
 */
export function decodeBody(body: Buffer, codings: string, isTruncated: boolean): Buffer {
  const names = codings
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== '' && name !== 'identity');
  // A response to a HEAD, or a 204, may name the coding of a body that it does not have.
  if (names.length === 0 || body.length === 0) return body;
  if (isTruncated) throw new BodyCodingError(`only the first ${body.length} bytes of the encoded body are kept`);
  return names.reduceRight((bytes, name) => decode(bytes, ALIASES[name] ?? name), body);
}
