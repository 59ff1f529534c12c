import { constants, gunzipSync, inflateSync, zstdDecompressSync } from 'node:zlib';
import { DomainError } from '../errors.ts';
import { HttpProblem } from './problem.ts';

type Unpack = (bytes: Uint8Array, options: { maxOutputLength: number }) => Buffer;

/** The most that a sender of the coding may ask its receiver to hold: 8 MB (RFC 9659). */
const zstdWindowBits = 23;

const unpackers: Readonly<Record<string, Unpack>> = {
  gzip: gunzipSync,
  'x-gzip': gunzipSync,
  deflate: inflateSync,
  zstd: (bytes, options) =>
    zstdDecompressSync(bytes, { ...options, params: { [constants.ZSTD_d_windowLogMax]: zstdWindowBits } }),
};

/** As `Accept-Encoding` names them. */
const taken = 'gzip, deflate, zstd';

/**
 * Undoes a content coding.
 *
 * @param coding as in `Content-Encoding`, in any case
 * @param maxBytes of the result: no more is ever held, whatever a small body would unpack to
 * @throws DomainError unsupported-media-type for a coding that is not known, payload-too-large, invalid-request when damaged
 */
export function decoded(bytes: Buffer, coding: string, maxBytes: number): Buffer {
  const name = coding.trim().toLowerCase();
  if (name === '' || name === 'identity') return bytes;
  const unpack = Object.hasOwn(unpackers, name) ? unpackers[name] : undefined;
  if (unpack === undefined) throw unknownCoding(coding);
  try {
    return unpack(bytes, { maxOutputLength: maxBytes });
  } catch (cause) {
    if (cause instanceof RangeError) throw tooLarge(maxBytes);
    throw new DomainError('invalid-request', `The body is not valid ${name}.`, { cause });
  }
}

/** @throws DomainError payload-too-large */
export function requireAtMost(bytes: Uint8Array, maxBytes: number): void {
  if (bytes.length > maxBytes) throw tooLarge(maxBytes);
}

const tooLarge = (maxBytes: number): DomainError =>
  new DomainError('payload-too-large', `The body is larger than ${maxBytes / 1_000_000} MB, or unpacks to more.`);

const unknownCoding = (coding: string): HttpProblem =>
  new HttpProblem(
    new DomainError('unsupported-media-type', `The content encoding ${coding} is not taken: send one of ${taken}.`),
    { 'accept-encoding': taken },
  );
