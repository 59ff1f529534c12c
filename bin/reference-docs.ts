import { readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { configSchemaText } from '../lib/cli/config/schema.ts';
import type { Ports } from '../lib/cli/context.ts';
import { describeProgram } from '../lib/cli/program.ts';
import { apiPage } from '../lib/cli/reference/api-page.ts';
import { commandsPage } from '../lib/cli/reference/commands-page.ts';
import { configurationPage } from '../lib/cli/reference/configuration-page.ts';
import { withFeatureTable } from './feature-table.ts';

/** What is generated of the documentation, whole or in part, by its path from the repository's root. */
export function referenceDocs(): Record<string, string> {
  const program = describeProgram(
    {
      terminal: { colours: undefined as never, width: 100, bars: undefined, out: () => {}, err: () => {} },
      environment: {},
      workingDirectory: '/',
      interrupts: { signal: new AbortController().signal, endAtSecond: () => {} },
      ports: {} as Ports,
    },
    () => {},
  );
  return {
    'docs/api.md': apiPage(),
    'docs/cli.md': commandsPage(program),
    'docs/configuration.md': configurationPage(),
    'docs/headroom.config.schema.json': configSchemaText(),
    'README.md': withFeatureTable(readFileSync(pathOf('README.md'), 'utf8')),
  };
}

const pathOf = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url));

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const [path, text] of Object.entries(referenceDocs())) {
    const target = pathOf(path);
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, text);
    console.log(`Wrote ${path}`);
  }
}
