import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { exportFormat, type Footer, footer, type Header, header } from './line.ts';

/** The lines of an export, between its first and its last, a few at a time in memory. */
export interface ExportLines {
  header: Header;
  /** @throws Error when the file is damaged or was cut off */
  items(): AsyncGenerator<string, Footer>;
}

/** @throws Error of one sentence when it is no export that this Headroom reads */
export async function readExport(file: string): Promise<ExportLines> {
  const lines = linesOf(file);
  const first = header.safeParse(parse((await lines.next()).value));
  if (!first.success) throw new Error(`${file} is no export of Headroom.`);
  if (first.data.headroomExport !== exportFormat) {
    throw new Error(`${file} has format ${first.data.headroomExport}; this Headroom reads ${exportFormat}.`);
  }
  return {
    header: first.data,
    async *items() {
      try {
        for (;;) {
          const { value, done } = await lines.next();
          if (done === true || value === undefined) throw new Error(`${file} was cut off: its last line is missing.`);
          if (value.startsWith('{"end":')) return footer.parse(parse(value));
          yield value;
        }
      } finally {
        // Closes the file, also for who wants no more of it.
        await lines.return(undefined);
      }
    },
  };
}

/** Node's own reader of lines would also break them at U+2028, which JSON lets stand in texts. @throws Error when it is no whole gzip */
async function* linesOf(file: string): AsyncGenerator<string, undefined> {
  const stream = createGunzip().setEncoding('utf8');
  // What keeps the file from being read ends the other, too, and is told there.
  pipeline(createReadStream(file), stream, () => {});
  let rest = '';
  try {
    for await (const chunk of stream as AsyncIterable<string>) {
      const lines = `${rest}${chunk}`.split('\n');
      rest = lines.pop() ?? '';
      yield* lines;
    }
  } catch (cause) {
    throw new Error(`${file} is damaged, or no export.`, { cause });
  }
  return undefined;
}

function parse(line: string | undefined): unknown {
  try {
    return JSON.parse(line ?? '');
  } catch {
    return undefined;
  }
}
