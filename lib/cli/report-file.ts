import { extname } from 'node:path';
import type { Check } from '../contracts/checks.ts';
import type { Comparison } from '../contracts/comparisons.ts';
import type { LoadTest } from '../contracts/load.ts';
import type { JudgedThreshold } from '../contracts/load-result.ts';
import type { OperationRequest } from '../contracts/routes.ts';
import type { Client } from '../sdk/client.ts';
import { CliError } from './failure.ts';
import { writeOutput } from './output-file.ts';

type Format = NonNullable<NonNullable<OperationRequest<'getLoadTestReport'>['query']>['format']>;

const formats = {
  '.json': 'json',
  '.html': 'html',
  '.xml': 'junit',
} as const satisfies Record<string, Format>;

/** @throws CliError when the file's ending names no format: told before a test is run, not after it */
export function reportFormatOf(path: string): Format {
  const ending = extname(path).toLowerCase();
  if (Object.hasOwn(formats, ending)) return formats[ending as keyof typeof formats];
  throw new CliError(`A report is not written as ${path}.`, {
    next: 'Give a file that ends in .json, .html (a page with plots) or .xml (JUnit).',
  });
}

/** As `reportFormatOf`, of a comparison, of which there is no JUnit XML. */
export function comparisonFormatOf(path: string): Exclude<Format, 'junit'> {
  const format = reportFormatOf(path);
  if (format !== 'junit') return format;
  throw new CliError(`A comparison is not written as ${path}.`, {
    next: 'Give a file that ends in .json or .html (a page with plots).',
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
  await writeOutput(path, bytes, 'The result');
}

/** As `writeReport`. */
export async function writeComparison(path: string, comparison: Comparison, client: Client): Promise<void> {
  const { comparisonId } = comparison;
  const bytes =
    comparisonFormatOf(path) === 'json'
      ? `${JSON.stringify(comparison, null, 2)}\n`
      : (await client.exchange('getComparisonReport', { params: { comparisonId } })).bytes;
  await writeOutput(path, bytes, 'The comparison');
}

/** Writes the JUnit XML of a check that ended. @throws CliError when the file cannot be written */
export async function writeCheckReport(path: string, { project, checkId }: Check, client: Client): Promise<void> {
  const { bytes } = await client.exchange('getCheckReport', { params: { project, checkId }, query: {} });
  await writeOutput(path, bytes, 'The report');
}

async function downloaded({ project, testId }: LoadTest, format: Format, client: Client): Promise<Uint8Array> {
  const { bytes } = await client.exchange('getLoadTestReport', { params: { project, testId }, query: { format } });
  return bytes;
}
