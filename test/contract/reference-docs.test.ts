import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { referenceDocs } from '../../bin/reference-docs.ts';
import { configOptions } from '../../lib/contracts/config/options.ts';
import { sdkVariables } from '../../lib/contracts/config/variables.ts';

describe('What is generated of the documentation', () => {
  it.each(Object.entries(referenceDocs()))('%s is current: `npm run docs:reference` writes it', (path, text) => {
    expect(readFileSync(path, 'utf8')).toBe(text);
  });

  it('lists every variable that the SDK reads, and no other', () => {
    const sources = ['lib/sdk', 'layers'].flatMap((root) =>
      readdirSync(root, { recursive: true, encoding: 'utf8' })
        .filter((name) => name.endsWith('.ts'))
        .map((name) => readFileSync(join(root, name), 'utf8')),
    );
    const read = new Set(sources.join('\n').match(/\bHEADROOM_[A-Z_]+\b/g));
    expect(sdkVariables.map(({ name }) => name).sort()).toEqual([...read].sort());
  });

  it('has a description and names of its own for every option', () => {
    expect(configOptions.filter(({ description }) => description === '').map(({ key }) => key)).toEqual([]);
    const names = configOptions.map(({ variable }) => variable);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });
});
