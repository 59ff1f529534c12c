import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
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
  const stream = createReadStream(file).pipe(createGunzip());
  const lines = createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY })[Symbol.asyncIterator]();
  const damaged = (cause: unknown): Error => new Error(`${file} is damaged, or no export.`, { cause });
  const broken = new Promise<never>((_, reject) => {
    stream.on('error', (cause) => reject(damaged(cause)));
  });
  broken.catch(() => {});
  const next = async () => {
    try {
      return await Promise.race([lines.next(), broken]);
    } catch (error) {
      throw error instanceof Error && error.message.startsWith(file) ? error : damaged(error);
    }
  };
  const first = header.safeParse(parse((await next()).value));
  if (!first.success) throw new Error(`${file} is no export of Headroom.`);
  if (first.data.headroomExport !== exportFormat) {
    throw new Error(`${file} has format ${first.data.headroomExport}; this Headroom reads ${exportFormat}.`);
  }
  return {
    header: first.data,
    async *items() {
      for (;;) {
        const { value, done } = await next();
        if (done === true || value === undefined) throw new Error(`${file} was cut off: its last line is missing.`);
        if (value.startsWith('{"end":')) return footer.parse(parse(value));
        yield value;
      }
    },
  };
}

function parse(line: string | undefined): unknown {
  try {
    return JSON.parse(line ?? '');
  } catch {
    return undefined;
  }
}
