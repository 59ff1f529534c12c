import { execFile } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { blocksIn, placeOf } from '../../support/documentation/blocks.ts';
import { inPlace, preludes } from './preludes.ts';

const run = promisify(execFile);

const byPage = Map.groupBy(blocksIn('ts'), ({ page }) => page);
const pieces = [...byPage].flatMap(([page, blocks]) =>
  blocks.map((block, index) => ({
    place: placeOf(block),
    text: block.text,
    name: `${page.replaceAll(/\W/g, '-')}-${index + 1}.ts`,
    ...preludes[page]?.[index],
  })),
);

describe('the code in the documentation', () => {
  let directory: string;

  /** A service's directory that has what this repository has, and Headroom itself. */
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'headroom-code-'));
    const modules = join(directory, 'node_modules');
    mkdirSync(modules);
    for (const name of readdirSync('node_modules')) {
      if (!name.startsWith('.')) symlinkSync(resolve('node_modules', name), join(modules, name));
    }
    symlinkSync(resolve('.'), join(modules, 'headroom'));
    writeFileSync(join(directory, 'package.json'), '{ "type": "module" }');
    for (const { name, text, given = '' } of pieces) {
      const isRun = inPlace.reduce((all, [from, to]) => all.replaceAll(from, to), text);
      writeFileSync(join(directory, name), `${given}${isRun}\nexport {};\n`);
    }
  });
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  it('has what it takes as given for each piece, and for no other', () => {
    const counts = (lists: Iterable<[string, readonly unknown[]]>) =>
      Object.fromEntries([...lists].map(([page, { length }]) => [page, length]));
    expect(counts(Object.entries(preludes))).toEqual(counts(byPage));
  });

  it('fits the types of the package', { timeout: 120_000 }, async () => {
    const configuration = {
      extends: resolve('tsconfig.json'),
      compilerOptions: { incremental: false, tsBuildInfoFile: null, typeRoots: [resolve('node_modules/@types')] },
      include: [],
      files: pieces.map(({ name }) => name),
    };
    writeFileSync(join(directory, 'tsconfig.json'), JSON.stringify(configuration));
    const tsc = run(process.execPath, [resolve('node_modules/typescript/bin/tsc'), '-p', directory]);
    const faults = await tsc.then(
      () => '',
      ({ stdout }: { stdout: string }) => stdout,
    );
    expect(faults).toBe('');
  });

  it('tells a notification of Headroom from a forged one', async () => {
    const [block] = blocksIn('js');
    writeFileSync(join(directory, 'is-genuine.js'), `${block?.text}\nexport { isGenuine };\n`);
    const { isGenuine } = await import(pathToFileURL(join(directory, 'is-genuine.js')).href);
    const secret = 'at-least-16-characters';
    const headersOf = (seconds: number) => {
      const signature = createHmac('sha256', secret).update(`${seconds}.{}`).digest('hex');
      return { 'headroom-timestamp': String(seconds), 'headroom-signature': `v1=${signature}` };
    };
    const now = Math.floor(Date.now() / 1000);
    expect(isGenuine(headersOf(now), '{}', secret)).toBe(true);
    expect(isGenuine(headersOf(now), '{ }', secret)).toBe(false);
    expect(isGenuine(headersOf(now), '{}', 'another-16-characters')).toBe(false);
    expect(isGenuine(headersOf(now - 600), '{}', secret)).toBe(false);
    expect(isGenuine({ 'headroom-timestamp': String(now) }, '{}', secret)).toBe(false);
  });

  it('runs, where nothing from outside is needed', { timeout: 120_000 }, async () => {
    const runnable = pieces.filter(({ notRun }) => notRun === undefined);
    const all = runnable.map(({ name, place }) => `place = '${place}'; await import('./${name}');`).join('\n');
    const program = `let place;\nprocess.on('exit', (code) => code && console.error(place));\n${all}\nprocess.exit(0);\n`;
    writeFileSync(join(directory, 'all.js'), program);
    const options = ['--conditions=headroom-source', '--import', 'headroom/register', 'all.js'];
    await expect(run(process.execPath, options, { cwd: directory })).resolves.toBeDefined();
  });
});
