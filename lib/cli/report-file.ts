import { writeFile } from 'node:fs/promises';
import { extname } from 'node:path';
import type { LoadTest } from '../contracts/load.ts';
import type { JudgedThreshold } from '../contracts/load-result.ts';
import type { OperationRequest } from '../contracts/routes.ts';
import type { Client } from '../sdk/client.ts';
import { CliError } from './failure.ts';

type Format = NonNullable<NonNullable<OperationRequest<'getLoadTestReport'>['query']>['format']>;

const formats = new Map<string, Format>([
  ['.json', 'json'],
  ['.html', 'html'],
  ['.xml', 'junit'],
]);

/** @throws CliError when the file's ending names no format: told before a test is run, not after it */
export function reportFormatOf(path: string): Format {
  const format = formats.get(extname(path).toLowerCase());
  if (format !== undefined) return format;
  throw new CliError(`A report is not written as ${path}.`, {
    next: 'Give a file that ends in .json, .html (a page with plots) or .xml (JUnit).',
  });
}

export interface ReportContent {
  test: LoadTest;
  thresholds: readonly JudgedThreshold[];
}

/**
 * Writes a load test to a file in the format that its ending names: JSON of what is at hand, and the platform's own page or
 * JUnit XML.
 * @throws CliError when the ending names no format, or the file cannot be written
 * @throws HeadroomError when the platform cannot give the report
 */
export async function writeReport(path: string, content: ReportContent, client: Client): Promise<void> {
  const format = reportFormatOf(path);
  const bytes =
    format === 'json' ? `${JSON.stringify(content, null, 2)}\n` : await downloaded(content.test, format, client);
  await writeTo(path, bytes, 'The result');
}

/** @param what begins the sentence that says what could not be written @throws CliError */
export async function writeTo(path: string, bytes: string | Uint8Array, what: string): Promise<void> {
  try {
    await writeFile(path, bytes);
  } catch (cause) {
    throw new CliError(`${what} cannot be written to ${path}: ${(cause as Error).message}.`, { cause });
  }
}

async function downloaded({ project, testId }: LoadTest, format: Format, client: Client): Promise<Uint8Array> {
  const { bytes } = await client.exchange('getLoadTestReport', { params: { project, testId }, query: { format } });
  return bytes;
}
