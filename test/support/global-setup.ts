import { spawnSync } from 'node:child_process';

const installed = (program: string): boolean => spawnSync(program, ['--version'], { stdio: 'ignore' }).status === 0;

const run = (command: string, args: string[]): boolean =>
  spawnSync(command, args, { stdio: 'ignore', env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } }).status ===
  0;

/** Tests use a real Redis. It is installed where that is possible, and asked for in one sentence where it is not. */
export default function ensureRedis(): void {
  if (installed('redis-server') || installed('valkey-server')) return;
  const isRoot = process.getuid?.() === 0;
  if (isRoot && run('apt-get', ['update', '-q']) && run('apt-get', ['install', '-qy', 'redis-server'])) return;
  throw new Error(
    'The tests need redis-server (or valkey-server) on PATH: install it, for example with `sudo apt-get install redis-server`.',
  );
}
