import { open, readFile, stat } from 'node:fs/promises';
import { CliError } from './failure.ts';

export type ImportSource = 'openapi' | 'har' | 'access-log';

/** A request has room for 6 MB, in which every quotation mark of the document takes two bytes. */
const maxEncodedBytes = 5_800_000;
const maxChars = 5_000_000;
const maxLogBytes = 4_500_000;
/** Of a recording with the bodies of its answers, which are not sent. */
const maxRecordingBytes = 300_000_000;

/** A file as Headroom takes it, and what the user should know of how it was read. */
export interface ImportFile {
  document: string;
  note?: string;
}

/** @param shown how the user named the file */
export async function readImportFile(path: string, shown: string, source: ImportSource): Promise<ImportFile> {
  const read = await readPart(path, source).catch((cause: Error) => {
    throw new CliError(`The file ${shown} cannot be read: ${cause.message}.`, { cause });
  });
  const document = source === 'har' ? withoutAnswers(read.document) : read.document;
  if (document.trim().length < 2) throw new CliError(`The file ${shown} is empty.`);
  if (document.length > maxChars || Buffer.byteLength(JSON.stringify(document)) > maxEncodedBytes) {
    throw new CliError(`The file ${shown} is too large: at most 5 MB can be imported.`, { next: advice[source] });
  }
  return { ...read, document };
}

const advice: Record<ImportSource, string> = {
  openapi: 'Take out operations that are not to be tested.',
  har: 'Record a shorter visit.',
  'access-log': 'Give a part of it.',
};

async function readPart(path: string, source: ImportSource): Promise<ImportFile> {
  const status = await stat(path);
  if (source === 'har' && status.size > maxRecordingBytes) throw new Error('it has over 300 MB');
  if (source !== 'access-log' || !status.isFile() || status.size <= maxLogBytes) {
    return { document: await readFile(path, 'utf8') };
  }
  const bytes = await lastBytes(path, status.size - maxLogBytes);
  const text = bytes.toString('utf8');
  const size = Math.round(status.size / 1_000_000);
  return {
    // The first line is only a part of one.
    document: text.slice(text.indexOf('\n') + 1),
    note: `The log has ${size} MB: its last ${maxLogBytes / 1_000_000} MB are read.`,
  };
}

async function lastBytes(path: string, position: number): Promise<Buffer> {
  await using file = await open(path);
  const buffer = Buffer.alloc(maxLogBytes);
  const { bytesRead } = await file.read(buffer, 0, maxLogBytes, position);
  return buffer.subarray(0, bytesRead);
}

/** Most of a recording are the bodies that were answered, cookies and timings: scenarios are made from the requests. */
function withoutAnswers(text: string): string {
  let recording: unknown;
  try {
    recording = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    // Headroom says what is wrong with it.
    return text;
  }
  const entries = memberOf(memberOf(recording, 'log'), 'entries');
  if (!Array.isArray(entries)) return text;
  return JSON.stringify({ log: { entries: entries.map(requestOf) } });
}

const requestOf = (entry: unknown): object => {
  const request = memberOf(entry, 'request');
  const response = memberOf(entry, 'response');
  return {
    startedDateTime: memberOf(entry, 'startedDateTime'),
    time: memberOf(entry, 'time'),
    request: {
      method: memberOf(request, 'method'),
      url: memberOf(request, 'url'),
      headers: memberOf(request, 'headers'),
      postData: memberOf(request, 'postData'),
    },
    response: {
      status: memberOf(response, 'status'),
      content: { mimeType: memberOf(memberOf(response, 'content'), 'mimeType') },
    },
  };
};

const memberOf = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? value[name as keyof typeof value] : undefined;
