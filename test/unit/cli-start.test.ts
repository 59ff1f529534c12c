import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listening } from '../support/listening.ts';

const program = resolve('bin/headroom.ts');
const { HEADROOM_URL: _, HEADROOM_API_KEY: __, ...environment } = process.env;

interface Run {
  child: ChildProcess;
  text: () => string;
  serving: Promise<void>;
  ended: Promise<number | null>;
}

describe('headroom start', () => {
  let directory = '';
  const started: ChildProcess[] = [];

  const start = (...args: string[]): Run => {
    const child = spawn(process.execPath, [program, 'start', '--no-demo', ...args], {
      cwd: directory,
      env: environment,
    });
    started.push(child);
    let text = '';
    const serving = Promise.withResolvers<void>();
    const read = (piece: Buffer) => {
      text += piece;
      if (text.includes('until Ctrl-C')) serving.resolve();
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    const ended = once(child, 'close').then(([code]) => code as number | null);
    ended.then((code) => serving.reject(new Error(`ended with ${code} before it served: ${text}`)));
    serving.promise.catch(() => {});
    return { child, text: () => text, serving: serving.promise, ended };
  };
  const headroom = async (...args: string[]): Promise<{ code: number | null; out: string }> => {
    const child = spawn(process.execPath, [program, ...args], { cwd: directory, env: environment });
    let out = '';
    child.stdout.on('data', (piece) => {
      out += piece;
    });
    const [code] = await once(child, 'close');
    return { code, out };
  };
  const ready = async () => JSON.parse(await readFile(join(directory, 'ready.json'), 'utf8'));

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'headroom-start-'));
  });
  afterAll(async () => {
    for (const child of started) child.kill('SIGKILL');
    await rm(directory, { recursive: true, force: true });
  });

  it('serves until it is stopped, is found by the other commands, and keeps its key', async () => {
    const first = start('--port', '0', '--ready-file', 'ready.json');
    await first.serving;
    const { apiUrl, apiKey, ...rest } = await ready();
    expect(rest).toEqual({
      dashboardUrl: expect.stringMatching(/\/dashboard$/),
      dataDir: join(directory, '.headroom'),
      redis: true,
    });
    expect(apiKey).toMatch(/^hr_/);
    expect(first.text()).toContain(apiKey);
    expect((await stat(join(directory, 'ready.json'))).mode & 0o777).toBe(0o600);
    expect((await fetch(`${apiUrl}/docs`)).headers.get('content-security-policy')).toContain("default-src 'none'");

    const status = await headroom('status', '--json');
    expect(status.code).toBe(0);
    expect(JSON.parse(status.out)).toMatchObject({ apiUrl, platform: { status: 'up' }, projects: [] });
    const created = await headroom('keys', 'create', '--scope', 'write', '--projects', 'shop', '--json');
    const { keyId } = JSON.parse(created.out);
    expect(await headroom('keys', 'revoke', keyId)).toMatchObject({ code: 0 });
    expect(await headroom('keys', 'revoke', keyId)).toMatchObject({ code: 2 });

    const rival = start('--port', '0');
    expect(await rival.ended).toBe(2);
    expect(rival.text()).toMatch(/is in use by another Headroom/);

    first.child.kill('SIGTERM');
    expect(await first.ended).toBe(0);
    expect((await headroom('status')).code).toBe(2);

    const second = start('--port', '0', '--ready-file', 'ready.json');
    await second.serving;
    expect((await ready()).apiKey).toBe(apiKey);
    expect(second.text()).not.toContain(apiKey);
    second.child.kill('SIGINT');
    expect(await second.ended).toBe(0);

    const fresh = start('--port', '0', '--fresh', '--ready-file', 'ready.json');
    await fresh.serving;
    expect((await ready()).apiKey).not.toBe(apiKey);
    fresh.child.kill('SIGINT');
    expect(await fresh.ended).toBe(0);
  }, 180_000);

  it('says in one sentence that its port is in use, or its data directory cannot be written', async () => {
    const { port, close } = await listening(http.createServer());
    const taken = start('--port', String(port));
    expect(await taken.ended).toBe(2);
    await close();
    expect(taken.text()).toMatch(new RegExp(`^Starting.*\\nPort ${port} is in use: .*\\.\\n$`));

    const unwritable = start('--port', '0', '--data', join(program, 'data'));
    expect(await unwritable.ended).toBe(2);
    expect(unwritable.text()).toMatch(/^Starting.*\nThe data directory .* cannot be written: .*\.\n$/);
  });
});
