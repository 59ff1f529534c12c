import { fileURLToPath } from 'node:url';
import type { PageFiles } from '../lib/pages/page-files.ts';
import { bundledPage } from '../lib/stack/bundle-pages.ts';

/** Builds the program of pages with plots. */
export const plotPageFiles = (): Promise<PageFiles> =>
  bundledPage('lib/pages/browser/plot-page.ts', fileURLToPath(new URL('..', import.meta.url)));
