import { documentPolicy } from '../../pages/document.ts';
import { type PageFiles, readPageFiles } from '../../pages/page-files.ts';

export interface ReportOptions {
  /** Where the page's script and style lie. Default: beside the bundle. */
  pageFiles?: () => Promise<PageFiles>;
}

/** Reads the files once, when a page is first asked for. */
export function reportPages({ pageFiles = readPageFiles }: ReportOptions): () => Promise<PageFiles> {
  let files: PageFiles | undefined;
  return async () => {
    files ??= await pageFiles();
    return files;
  };
}

/** What every report is sent with: it is of the moment, and nobody's frame. */
export const reportHeaders = (fileName: string): Record<string, string> => ({
  'content-disposition': `inline; filename="${fileName}"`,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
});

export const pageHeaders = (files: PageFiles): Record<string, string> => ({
  'content-security-policy': `${documentPolicy(files)}; frame-ancestors 'none'`,
});

export const pageAnswer = (name: string, body: string, files: PageFiles) => ({
  status: 200 as const,
  contentType: 'text/html; charset=utf-8',
  headers: { ...reportHeaders(`${name}.html`), ...pageHeaders(files) },
  body,
});
