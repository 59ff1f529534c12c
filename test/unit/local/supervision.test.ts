import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { lockDataDirectory } from '../../../lib/local/supervision/data-directory-lock.ts';
import { signal } from '../../../lib/local/supervision/end-process.ts';
import { guardianPid } from '../../../lib/local/supervision/guardian.ts';
import { endLeftovers, writePidFile } from '../../../lib/local/supervision/pid-files.ts';
import { identifyProcess, isRunning, type ProcessIdentity } from '../../../lib/local/supervision/process-identity.ts';
import { superviseModule } from '../../../lib/local/supervision/supervised-module.ts';
import { superviseProgram } from '../../../lib/local/supervision/supervised-program.ts';

let directory: string;
let runDirectory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'headroom-supervision-'));
  runDirectory = join(directory, 'run');
});
const started: ProcessIdentity[] = [];
afterEach(() => {
  // What a failed test left running would keep the test run itself from ending.
  for (const identity of started.splice(0)) signal(identity, 'SIGKILL');
  rmSync(directory, { recursive: true, force: true });
});

const program = (name: string) => new URL(`./programs/${name}.ts`, import.meta.url);

function identityOf(pid: number): ProcessIdentity {
  const identity = identifyProcess(pid);
  if (identity === undefined) throw new Error(`process ${pid} is not running`);
  if (pid !== process.pid) started.push(identity);
  return identity;
}

const ended = (identity: ProcessIdentity) =>
  vi.waitFor(() => expect(isRunning(identity)).toBe(false), { timeout: 5_000, interval: 10 });

interface Pids {
  readonly program: number;
  readonly busy: number;
  readonly guardian: number;
}

async function startRuntime(): Promise<{ runtime: ChildProcess; pids: Pids }> {
  const runtime = fork(program('runtime'), [directory], {
    execArgv: [],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const [pids] = (await once(runtime, 'message')) as [Pids];
  identityOf(runtime.pid ?? 0);
  return { runtime, pids };
}

describe('a process identity', () => {
  it('tells a process from another one that got its pid', () => {
    const me = identityOf(process.pid);
    expect(isRunning(me)).toBe(true);
    expect(isRunning({ ...me, startTime: 'earlier' })).toBe(false);
  });
});

describe('the data directory lock', () => {
  it('creates the directory for its owner alone', () => {
    const lock = lockDataDirectory(join(directory, 'deep/data'));
    expect(statSync(join(directory, 'deep/data')).mode & 0o777).toBe(0o700);
    lock.release();
  });

  it('refuses a second owner in one sentence that names the first, until it is released', () => {
    const lock = lockDataDirectory(directory);
    expect(() => lockDataDirectory(directory)).toThrow(
      `The data directory ${directory} is in use by another Headroom (process ${process.pid}): stop that one first.`,
    );
    lock.release();
    lock.release();
    lockDataDirectory(directory).release();
  });

  it('does not name a process that got the pid of a dead owner', () => {
    const lock = lockDataDirectory(directory);
    writeFileSync(join(directory, 'owner.json'), JSON.stringify({ pid: process.pid, startTime: 'long ago' }));
    expect(() => lockDataDirectory(directory)).toThrow(/in use by another Headroom: stop/);
    lock.release();
  });

  it('says why a directory cannot be used', () => {
    const file = join(directory, 'file');
    writeFileSync(file, '');
    expect(() => lockDataDirectory(join(file, 'data'))).toThrow(/^The data directory \S+ cannot be written: ENOTDIR/);
  });
});

describe('kill -9 of the runtime', () => {
  it('leaves no child, not even a busy one, and no lock', async () => {
    const { runtime, pids } = await startRuntime();
    const children = [pids.program, pids.busy, pids.guardian].map(identityOf);
    expect(() => lockDataDirectory(directory)).toThrow(`process ${runtime.pid}`);
    runtime.kill('SIGKILL');
    await Promise.all(children.map(ended));
    lockDataDirectory(directory).release();
  });

  it('is made good by the next start when the guardian was killed with it', async () => {
    const { runtime, pids } = await startRuntime();
    const children = [pids.program, pids.busy].map(identityOf);
    const guardian = identityOf(pids.guardian);
    // Stopped first, so that it cannot start another guardian.
    runtime.kill('SIGSTOP');
    process.kill(guardian.pid, 'SIGKILL');
    runtime.kill('SIGKILL');
    await once(runtime, 'exit');
    expect(children.map(isRunning)).toEqual([true, true]);
    expect([...(await endLeftovers(runDirectory))].sort()).toEqual(['busy', 'sleep']);
    expect(children.map(isRunning)).toEqual([false, false]);
    expect(readdirSync(runDirectory)).toEqual([]);
  });

  it('never ends a stranger that got the pid of a leftover', async () => {
    const stranger = fork(program('echo'), { execArgv: [] });
    const identity = identityOf(stranger.pid ?? 0);
    writePidFile(runDirectory, 'old', { ...identity, startTime: 'earlier' });
    await endLeftovers(runDirectory);
    expect(isRunning(identity)).toBe(true);
    stranger.disconnect();
    await once(stranger, 'exit');
  });
});

describe('a supervised child', () => {
  const start = (name: string, onMessage?: (message: unknown) => void, onUnexpectedExit?: () => void) =>
    superviseModule({
      name,
      runDirectory,
      module: program(name),
      env: {},
      stopGraceMs: name === 'stubborn' ? 50 : 3_000,
      ...(onMessage && { onMessage }),
      ...(onUnexpectedExit && { onUnexpectedExit }),
    });

  it('exchanges structured messages and is stopped without being reported', async () => {
    const onUnexpectedExit = vi.fn();
    const answer = Promise.withResolvers<unknown>();
    const child = await start('echo', answer.resolve, onUnexpectedExit);
    await child.send(new Map([['bytes', new Uint8Array([1, 2])]]));
    expect(await answer.promise).toEqual(new Map([['bytes', new Uint8Array([1, 2])]]));
    const identity = identityOf(child.pid);
    await Promise.all([child.stop(), child.stop()]);
    expect(isRunning(identity)).toBe(false);
    expect(onUnexpectedExit).not.toHaveBeenCalled();
    expect(await child.send('too late')).toBe(false);
    expect(readdirSync(runDirectory)).toEqual([]);
  });

  it('is reported with its last words when it ends by itself', async () => {
    const onUnexpectedExit = vi.fn();
    const child = await start('echo', undefined, onUnexpectedExit);
    await child.send({ fail: true });
    const exit = await child.exited;
    expect(exit).toEqual({
      name: 'echo',
      code: 7,
      signal: null,
      lastStderrLines: ['first complaint', 'last complaint'],
    });
    expect(onUnexpectedExit).toHaveBeenCalledExactlyOnceWith(exit);
    expect(existsSync(join(runDirectory, 'echo.pid'))).toBe(false);
    await child.stop();
  });

  it('is killed when it does not end when asked', async () => {
    const ready = Promise.withResolvers<unknown>();
    const child = await start('stubborn', ready.resolve);
    await ready.promise;
    await child.stop();
    expect((await child.exited).signal).toBe('SIGKILL');
  });

  it('says which program could not be started', async () => {
    await expect(
      superviseProgram({ name: 'redis', runDirectory, command: join(directory, 'missing'), args: [] }),
    ).rejects.toThrow(/^redis could not be started: .*ENOENT/);
  });

  it('is guarded again when the guardian is killed, and the guardian goes with the last child', async () => {
    const child = await superviseProgram({ name: 'sleep', runDirectory, command: 'sleep', args: ['1000'] });
    const first = identityOf(guardianPid() ?? 0);
    process.kill(first.pid, 'SIGKILL');
    const second = await vi.waitFor(() => {
      expect(guardianPid()).not.toBe(first.pid);
      return identityOf(guardianPid() ?? 0);
    });
    await child.stop();
    await ended(second);
    expect(guardianPid()).toBeUndefined();
  });
});
