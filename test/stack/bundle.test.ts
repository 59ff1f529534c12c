import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { configurationOf } from '../../lib/contracts/configuration.ts';
import { functionDefinition, functionNames } from '../../lib/contracts/functions.ts';
import { bundleFunctions } from '../../lib/stack/bundle.ts';
import { builtFunctions } from '../support/built-functions.ts';

const handlerModule = z.object({ handler: z.function({ input: [], output: z.promise(z.string()) }) });

const answerOf = async (directory: string): Promise<string> => {
  const loaded: unknown = await import(/* @vite-ignore */ pathToFileURL(join(directory, 'index.mjs')).href);
  return handlerModule.parse(loaded).handler();
};

describe('the bundler, on a small source of its own', () => {
  let root: string;
  const outDir = (): string => mkdtempSync(join(root, 'out-'));
  const write = (path: string, text: string): string => {
    const file = join(root, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    return file;
  };

  beforeAll(() => {
    root = mkdtempSync(join(tmpdir(), 'headroom-bundle-'));
    write('lib/platform/clock.ts', "export const now = (): string => 'the true time';");
    // CommonJS that asks for a module of Node's own, as many packages do.
    write('lib/old.cjs', "module.exports = require('node:path').sep;");
    write(
      'functions/tick.ts',
      "import { now } from '../lib/platform/clock.ts';\nexport const handler = async () => now();",
    );
    write(
      'functions/task-worker.ts',
      "import separator from '../lib/old.cjs';\nexport const handler = async () => separator;",
    );
    write('functions/platform-api.ts', "export const handler = async () => 'answered';");
    write('node_modules/swagger-ui-dist/swagger-ui-bundle.js', '// script');
    write('node_modules/swagger-ui-dist/swagger-ui.css', '/* style */');
  });
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  it('gives each function a directory of its own that runs by itself, CommonJS included', async () => {
    const bundles = await bundleFunctions({ root, outDir: outDir(), functions: ['tick', 'task-worker'] });
    expect(Object.keys(bundles)).toEqual(['tick', 'task-worker']);
    expect(await answerOf(bundles.tick.directory)).toBe('the true time');
    expect(await answerOf(bundles['task-worker'].directory)).toBe('/');
    expect(readdirSync(bundles.tick.directory)).toEqual(['index.mjs']);
  });

  it('puts the assets of a function beside it', async () => {
    const bundles = await bundleFunctions({ root, outDir: outDir(), functions: ['platform-api'] });
    expect(readdirSync(bundles['platform-api'].directory).sort()).toEqual([
      'index.mjs',
      'swagger-ui-bundle.js',
      'swagger-ui.css',
    ]);
  });

  it('builds the pages of a function beside it, each to one script and one style', async () => {
    write('functions/load-api.ts', "export const handler = async () => 'answered';");
    write('lib/load/report/page/report.css', 'b { color: red }');
    write(
      'lib/load/report/page/report.ts',
      "import './report.css';\nimport { sum } from './sum.ts';\nalert(sum(1, 2));",
    );
    write('lib/load/report/page/sum.ts', 'export const sum = (a: number, b: number): number => a + b;');
    const bundles = await bundleFunctions({ root, outDir: outDir(), functions: ['load-api'] });
    const { directory } = bundles['load-api'];
    expect(readdirSync(directory).sort()).toEqual(['index.mjs', 'report.css', 'report.js']);
    expect(readFileSync(join(directory, 'report.js'), 'utf8')).toMatch(/^.*alert\(.*\).*$/s);
    expect(readFileSync(join(directory, 'report.js'), 'utf8')).not.toMatch(/import|export|require/);
    rmSync(join(root, 'functions/load-api.ts'));
    rmSync(join(root, 'lib/load'), { recursive: true });
  });

  it('leaves nothing of an earlier run behind', async () => {
    const directory = outDir();
    const { tick } = await bundleFunctions({ root, outDir: directory, functions: ['tick'] });
    writeFileSync(join(tick.directory, 'stale.txt'), 'of an earlier run');
    await bundleFunctions({ root, outDir: directory, functions: ['tick'] });
    expect(readdirSync(tick.directory)).toEqual(['index.mjs']);
  });

  it('lets a file stand in for a module, and the stand-in use the module that it replaces', async () => {
    const standIn = write(
      'test/clock.ts',
      "import { now as original } from '../lib/platform/clock.ts';\nexport const now = () => 'not ' + original();",
    );
    const { tick } = await bundleFunctions({
      root,
      outDir: outDir(),
      functions: ['tick'],
      alias: { 'lib/platform/clock.ts': standIn },
    });
    expect(await answerOf(tick.directory)).toBe('not the true time');
  });

  it('refuses an alias that replaces nothing, since a test would then run with the real thing', async () => {
    const bundling = bundleFunctions({
      root,
      outDir: outDir(),
      functions: ['tick'],
      alias: { 'lib/clock.ts': 'x.ts' },
    });
    await expect(bundling).rejects.toThrow('No bundled module is replaced by the alias lib/clock.ts.');
  });

  it('names what is missing in one sentence', async () => {
    const bundling = bundleFunctions({ root, outDir: outDir(), functions: ['tick', 'load-api', 'load-worker'] });
    await expect(bundling).rejects.toThrow(
      'Missing files: functions/load-api.ts of the function load-api, lib/load/report/page/report.ts of the function load-api, functions/load-worker.ts of the function load-worker.',
    );
  });
});

describe('the functions of the platform', () => {
  let directory: string;
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'headroom-functions-'));
  });
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  it('are bundled to the same bytes wherever they are put, so that only what changed is deployed', {
    timeout: 120_000,
  }, async () => {
    const first = await builtFunctions();
    // One that is code alone, and one each that has assets, a page and a thread beside it.
    const again = await bundleFunctions({
      outDir: join(directory, 'elsewhere'),
      functions: ['tick', 'platform-api', 'load-api', 'artillery-worker'],
    });
    for (const [name, bundle] of Object.entries(again)) {
      const files = readdirSync(bundle.directory);
      const kept = first[name as keyof typeof again].directory;
      expect(readdirSync(kept), name).toEqual(files);
      const isSame = (file: string) =>
        readFileSync(join(kept, file)).equals(readFileSync(join(bundle.directory, file)));
      expect(
        files.filter((file) => !isSame(file)),
        name,
      ).toEqual([]);
    }
    for (const [name, { directory: kept }] of Object.entries(first)) {
      expect(readFileSync(join(kept, 'index.mjs'), 'utf8').includes(process.cwd()), name).toBe(false);
    }
  });

  it('carry the clients of Redis, Lambda and CloudWatch where they may use them, and nowhere else', {
    timeout: 120_000,
  }, async () => {
    const bundles = await builtFunctions();
    const carrying = (text: string) =>
      functionNames.filter((name) => readFileSync(join(bundles[name].directory, 'index.mjs'), 'utf8').includes(text));
    expect(carrying('ClusterAllFailedError')).toEqual(functionNames.filter((name) => functionDefinition(name).redis));
    const speakToLambda = functionNames.filter((name) => {
      const { invokes, readsAccountLimits, readsConfiguration } = functionDefinition(name);
      return invokes !== undefined || readsAccountLimits === true || readsConfiguration === true;
    });
    expect(carrying('/2015-03-31/functions/')).toEqual(speakToLambda);
    const speakToCloudWatch = functionNames.filter((name) => {
      const { readsMetrics, makesAlarms } = functionDefinition(name);
      return readsMetrics !== undefined || makesAlarms === true;
    });
    expect(carrying('GraniteServiceVersion20100801')).toEqual(speakToCloudWatch);
  });

  it('carry and load nothing that no function uses, and keep the names that a stack trace shows', {
    timeout: 120_000,
  }, async () => {
    const { tick } = await builtFunctions();
    const file = join(tick.directory, 'index.mjs');
    const code = readFileSync(file, 'utf8');
    expect(code.length).toBeLessThan(1_300_000);
    expect(code.includes('HistoryTable=class')).toBe(true);
    const given = (name: string): string => {
      if (name.startsWith('QUEUE_')) return 'http://q';
      return name === 'HEADROOM_OIDC' ? 'null' : 'main';
    };
    const environment = Object.fromEntries(
      Object.keys(configurationOf('tick').shape).map((name) => [name, given(name)]),
    );
    const loaded = execFileSync(
      process.execPath,
      [
        '--input-type=module',
        '--eval',
        `await import(${JSON.stringify(file)}); console.log(process.moduleLoadList.join('\\n'));`,
      ],
      { env: { ...environment, AWS_REGION: 'us-east-1' }, encoding: 'utf8' },
    ).split('\n');
    expect(loaded).toContain('NativeModule https');
    expect(loaded.filter((name) => name.includes('undici'))).toEqual([]);
  });
});
