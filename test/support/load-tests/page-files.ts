import { functions } from '../../../lib/contracts/functions.ts';
import type { PageFiles } from '../../../lib/pages/page-files.ts';
import { bundledPage } from '../../../lib/stack/bundle-pages.ts';

/** The script and the style of a report's page, built as for the function. */
export const builtPageFiles = (name: 'load-api' | 'checks-api' = 'load-api'): Promise<PageFiles> =>
  bundledPage(functions[name].pages[0], process.cwd());
