import * as zlib from 'node:zlib';

const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let rest = byte;
  for (let bit = 0; bit < 8; bit++) rest = rest & 1 ? (rest >>> 1) ^ 0xedb88320 : rest >>> 1;
  return rest;
});

/** CRC-32 (ISO 3309), byte by byte. It notices every error that lies within 32 neighbouring bits. */
export function tableCrc32(bytes: Uint8Array, from = 0, to = bytes.length): number {
  let crc = 0xffffffff;
  for (let at = from; at < to; at++) crc = (table[(crc ^ (bytes[at] ?? 0)) & 255] ?? 0) ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}

/** The first releases of Node 20 have no `zlib.crc32`. */
const native: ((bytes: Uint8Array) => number) | undefined = zlib.crc32;

/** Below this the call out of JavaScript takes longer than the table. */
const TABLE_PAYS_BELOW_BYTES = 64;

export function crc32(bytes: Uint8Array, from = 0, to = bytes.length): number {
  if (native === undefined || to - from < TABLE_PAYS_BELOW_BYTES) return tableCrc32(bytes, from, to);
  return native(from === 0 && to === bytes.length ? bytes : bytes.subarray(from, to));
}
