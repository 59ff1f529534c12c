export type ValueView = 'json' | 'text' | 'hex';

/** In hexadecimal, a byte takes four characters. */
const hexBytes = 4_096;
const rowBytes = 16;

/** Control characters but those of ordinary text. */
const odd = /[^\P{Cc}\t\n\r]/u;

/** As text; undefined where the bytes are none. A character that is cut at the end does not count. */
export function textOf(bytes: Uint8Array): string | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true });
    return odd.test(text) ? undefined : text;
  } catch {
    return undefined;
  }
}

/** Indented; undefined where it is no whole JSON. */
export function jsonOf(text: string | undefined): string | undefined {
  try {
    return text === undefined ? undefined : JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return undefined;
  }
}

/** `00000010  68 65 61 64 ...  head...` */
export function hexOf(bytes: Uint8Array): string {
  const rows: string[] = [];
  for (let at = 0; at < Math.min(bytes.length, hexBytes); at += rowBytes) {
    const row = [...bytes.subarray(at, at + rowBytes)];
    const digits = row.map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
    const characters = row.map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.')).join('');
    rows.push(`${at.toString(16).padStart(8, '0')}  ${digits.padEnd(rowBytes * 3 - 1)}  ${characters}`);
  }
  if (bytes.length > hexBytes) rows.push('…');
  return rows.join('\n');
}
