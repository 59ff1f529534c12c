/**
 * The LZ4 block format (https://github.com/lz4/lz4/blob/dev/doc/lz4_Block_format.md), written here because what
 * npm has of it is unmaintained or native. Compression is greedy, as `LZ4_compress_default` is.
 */
const MIN_MATCH = 4;
/** The format wants the last 5 bytes to be literals, and the last match to begin 12 bytes before the end. */
const LAST_LITERALS = 5;
const MATCH_ENDS_SEARCH = 12;
const MAX_OFFSET = 65_535;
const MAX_TABLE_BITS = 14;
const MAX_BYTES = 0x7e000000;

/** Last position + 1 of each hash. Shared, because compression is synchronous and begins by wiping what it uses. */
const positions = new Int32Array(2 ** MAX_TABLE_BITS);

export class Lz4FormatError extends Error {
  override name = 'Lz4FormatError';

  constructor(why: string) {
    super(`This is no LZ4 block that can be read: ${why}.`);
  }
}

const view = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.length);

/** Below this many bytes a loop is done sooner than a call is made. */
const LOOP_BYTES = 24;

function copy(from: Uint8Array, start: number, length: number, into: Uint8Array, at: number): void {
  if (length < LOOP_BYTES) for (let i = 0; i < length; i++) into[at + i] = from[start + i] ?? 0;
  else into.set(from.subarray(start, start + length), at);
}

/** Writes what a length of 15 and more has beyond the token. */
function writeLength(into: Uint8Array, at: number, beyond: number): number {
  let next = at;
  let rest = beyond;
  for (; rest >= 255; rest -= 255) into[next++] = 255;
  into[next++] = rest;
  return next;
}

/** The bytes do not hold their own uncompressed length: keep it beside them. Takes about 4 ms per MB. */
export function compressBlock(source: Uint8Array): Uint8Array {
  const length = source.length;
  if (length > MAX_BYTES) throw new RangeError(`LZ4 takes at most ${MAX_BYTES} bytes at once, not ${length}`);
  const into = new Uint8Array(length + Math.floor(length / 255) + 16);
  const words = view(source);
  const tableBits = Math.min(MAX_TABLE_BITS, Math.max(8, 32 - Math.clz32(length)));
  positions.fill(0, 0, 2 ** tableBits);
  const hashShift = 32 - tableBits;
  const lastSearch = length - MATCH_ENDS_SEARCH;
  const matchEnd = length - LAST_LITERALS;
  let written = 0;
  let anchor = 0;
  let at = 0;

  const emit = (literals: number, matched: number, offset: number): void => {
    const token = written++;
    into[token] = (Math.min(literals, 15) << 4) | Math.min(matched, 15);
    if (literals >= 15) written = writeLength(into, written, literals - 15);
    copy(source, anchor, literals, into, written);
    written += literals;
    if (offset === 0) return;
    into[written++] = offset & 255;
    into[written++] = offset >>> 8;
    if (matched >= 15) written = writeLength(into, written, matched - 15);
  };

  while (at <= lastSearch) {
    const word = words.getInt32(at, true);
    const slot = Math.imul(word, -1640531535) >>> hashShift;
    let from = (positions[slot] ?? 0) - 1;
    positions[slot] = at + 1;
    if (from < 0 || at - from > MAX_OFFSET || words.getInt32(from, true) !== word) {
      // The longer nothing was found, the larger the steps: what does not compress is passed over quickly.
      at += 1 + ((at - anchor) >> 6);
      continue;
    }
    let end = at + MIN_MATCH;
    const offset = at - from;
    while (end < matchEnd && source[end] === source[end - offset]) end++;
    for (; at > anchor && from > 0 && source[at - 1] === source[from - 1]; from--) at--;
    emit(at - anchor, end - at - MIN_MATCH, offset);
    anchor = end;
    at = end;
  }
  emit(length - anchor, 0, 0);
  return into.slice(0, written);
}

/**
 * @param rawBytes how long the uncompressed bytes are, exactly; no more is ever allocated
 * @throws Lz4FormatError when the block is anything but that many bytes, compressed
 */
export function decompressBlock(block: Uint8Array, rawBytes: number): Uint8Array {
  // A byte of a block stands for at most 255 bytes: a length that is a lie is found before memory is taken for it.
  if (rawBytes > block.length * 255) throw new Lz4FormatError(`${block.length} bytes cannot hold ${rawBytes}`);
  const into = new Uint8Array(rawBytes);
  let at = 0;
  let written = 0;

  const readLength = (first: number): number => {
    let total = first;
    for (let more = first === 15; more; ) {
      const byte = block[at++];
      if (byte === undefined) throw new Lz4FormatError('it ends in the middle of a length');
      total += byte;
      more = byte === 255;
    }
    return total;
  };

  for (;;) {
    const token = block[at++];
    if (token === undefined) throw new Lz4FormatError('it does not end with literals');
    const literals = readLength(token >>> 4);
    if (at + literals > block.length) throw new Lz4FormatError('it ends in the middle of its literals');
    if (written + literals > rawBytes) throw new Lz4FormatError('it holds more than it should');
    copy(block, at, literals, into, written);
    at += literals;
    written += literals;
    if (at === block.length) break;

    const low = block[at++] ?? 0;
    const high = block[at++];
    if (high === undefined) throw new Lz4FormatError('it ends in the middle of an offset');
    const offset = low | (high << 8);
    if (offset === 0 || offset > written) throw new Lz4FormatError('an offset points before its beginning');
    const matched = readLength(token & 15) + MIN_MATCH;
    if (written + matched > rawBytes) throw new Lz4FormatError('it holds more than it should');
    if (offset >= matched && matched >= LOOP_BYTES) {
      into.copyWithin(written, written - offset, written - offset + matched);
      written += matched;
    } else {
      // Forwards, byte by byte: a match may overlap itself, and repeats then what it has just written.
      for (const end = written + matched; written < end; written++) into[written] = into[written - offset] ?? 0;
    }
  }
  if (written !== rawBytes) throw new Lz4FormatError(`it holds ${written} bytes, not ${rawBytes}`);
  return into;
}
