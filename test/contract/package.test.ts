import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listening } from '../support/listening.ts';

const run = promisify(execFile);

interface Packed {
  filename: string;
  files: { path: string }[];
}

/** A project of a user: nothing in it but the tarball and its one dependency. */
let project = '';
let packed: Packed;
let manifest: { dependencies: Record<string, string>; exports: Record<string, unknown>; version: string };

const { npm_execpath: _, NODE_OPTIONS: __, ...environment } = process.env;
const npm = (args: string[], cwd: string) =>
  run('npm', [...args, '--no-audit', '--no-fund', '--no-update-notifier'], { cwd, env: environment });

/** The Nodes at hand: ours, and the machine's own where it is another that the package supports. */
async function nodes(): Promise<string[]> {
  const others = (process.env.PATH ?? '').split(':').filter((directory) => !directory.includes('node_modules'));
  for (const directory of others) {
    const node = join(directory, 'node');
    const version = await run(node, ['--version']).catch(() => undefined);
    if (version === undefined) continue;
    return Number(version.stdout.slice(1).split('.')[0]) >= 20 ? [process.execPath, node] : [process.execPath];
  }
  return [process.execPath];
}

beforeAll(async () => {
  project = await mkdtemp(join(tmpdir(), 'headroom-package-'));
  manifest = JSON.parse(await readFile('package.json', 'utf8'));
  await run(process.execPath, ['bin/build.ts']);
  const { stdout } = await npm(['pack', '--json', '--ignore-scripts', '--pack-destination', project], process.cwd());
  [packed] = JSON.parse(stdout) as [Packed];
  await writeFile(join(project, 'package.json'), JSON.stringify({ name: 'user', private: true, type: 'module' }));
  // What is installed here already is given by its folder, so that nothing is fetched.
  const dependencies = Object.keys(manifest.dependencies).map((name) => resolve('node_modules', name));
  await npm(['install', '--offline', '--install-links', `./${packed.filename}`, ...dependencies], project);
}, 120_000);

afterAll(() => rm(project, { recursive: true, force: true }));

const program = async (name: string, text: string): Promise<string> => {
  const path = join(project, name);
  await writeFile(path, text);
  return path;
};

describe('The published package', () => {
  it('holds what its exports need, and nothing else', () => {
    const paths = packed.files.map(({ path }) => path);
    expect(paths.filter((path) => !path.startsWith('dist/')).toSorted()).toEqual([
      'LICENSE',
      'README.md',
      'package.json',
    ]);
    const folders = new Set(paths.filter((path) => path.startsWith('dist/')).map((path) => path.split('/')[2]));
    expect([...folders].toSorted()).toEqual(['contracts', 'sdk', 'statistics']);
    expect(paths.filter((path) => /^dist\//.test(path) && !/\.(js|d\.ts)$/.test(path))).toEqual([]);
    expect(Object.keys(manifest.exports)).toEqual(['.', './register', './package.json']);
  });

  it('brings zod and nothing else', async () => {
    const installed = await readdir(join(project, 'node_modules'));
    expect(installed.filter((name) => !name.startsWith('.')).toSorted()).toEqual(['headroom', 'zod']);
  });

  it('calls the API from JavaScript, under every Node at hand', async () => {
    const server = http.createServer((request, response) => {
      const isKnown = request.headers.authorization === 'Bearer hr_key';
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(isKnown && request.url === '/health' ? { status: 'ok' } : {}));
    });
    const { port, close } = await listening(server);
    try {
      const path = await program(
        'client.js',
        `import { createClient, HeadroomError } from 'headroom';
         import manifest from 'headroom/package.json' with { type: 'json' };
         const client = createClient({ url: 'http://127.0.0.1:${port}', apiKey: 'hr_key' });
         const { status } = await client.call('getHealth');
         const refused = await client.call('listKeys').catch((error) => error instanceof HeadroomError);
         console.log(JSON.stringify({ status, refused, version: manifest.version }));`,
      );
      for (const node of await nodes()) {
        const { stdout } = await run(node, [path], { cwd: project });
        expect(JSON.parse(stdout)).toEqual({ status: 'ok', refused: true, version: manifest.version });
      }
    } finally {
      await close();
    }
  });

  it('reports a service by --import headroom/register, under every Node at hand', async () => {
    const batches: string[] = [];
    const platform = http.createServer((request, response) => {
      request.resume();
      batches.push(`${request.method} ${request.url}`);
      response.writeHead(202, { 'content-type': 'application/json' }).end('{"accepted":1,"duplicate":false}');
    });
    const { port, close } = await listening(platform);
    try {
      const path = await program(
        'service.js',
        `import http from 'node:http';
         import { once } from 'node:events';
         import { flush } from 'headroom/register';
         const server = http.createServer((request, response) => response.end('hello')).listen(0, '127.0.0.1');
         await once(server, 'listening');
         const response = await fetch('http://127.0.0.1:' + server.address().port + '/greeting');
         console.log(await response.text());
         await flush();
         server.close();
         server.closeAllConnections();`,
      );
      const env = {
        ...environment,
        HEADROOM_URL: `http://127.0.0.1:${port}`,
        HEADROOM_API_KEY: 'hr_key',
        HEADROOM_PROJECT: 'shop',
      };
      for (const node of await nodes()) {
        batches.length = 0;
        const { stdout, stderr } = await run(node, ['--import', 'headroom/register', path], { cwd: project, env });
        expect(stdout).toBe('hello\n');
        expect(stderr.replace(/^.*ExperimentalWarning.*\n.*\n/m, '')).toBe('');
        expect(batches).toContain('POST /v1/projects/shop/telemetry');
      }
    } finally {
      await close();
    }
  });

  it('is typed: a strict TypeScript project compiles against it, and is told of mistakes', async () => {
    await program(
      'consumer.ts',
      `import { type Client, createClient, HeadroomError } from 'headroom';
       import { flush } from 'headroom/register';
       const client: Client = createClient({ url: 'http://127.0.0.1:4040', apiKey: 'hr_key' });
       const { testId } = await client.call('startLoadTest', { params: { project: 'shop' }, body: { users: 5 } });
       const id: string = testId;
       // @ts-expect-error there is no such operation
       await client.call('startNothing');
       // @ts-expect-error the project is missing
       await client.call('getProject');
       const done: Promise<void> = flush();
       export { done, HeadroomError, id };`,
    );
    const compilerOptions = {
      strict: true,
      exactOptionalPropertyTypes: true,
      noUncheckedIndexedAccess: true,
      noEmit: true,
      module: 'nodenext',
      target: 'es2022',
      lib: ['es2023', 'dom', 'dom.iterable'],
      types: [],
      skipLibCheck: false,
    };
    await program('tsconfig.json', JSON.stringify({ compilerOptions, files: ['consumer.ts'] }));
    const { stdout } = await run(resolve('node_modules/.bin/tsc'), ['-p', '.'], { cwd: project }).catch(
      (error: { stdout: string }) => error,
    );
    expect(stdout).toBe('');
  });
});
