import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { chromiumPath } from './chromium.ts';
import { mariadbPath } from './mariadb-server.ts';

const runs = (program: string, args: string[]): boolean =>
  spawnSync(program, args, { stdio: 'ignore', env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } }).status ===
  0;

interface Needed {
  isThere: () => boolean;
  /** Of Debian. */
  package: string;
  sentence: string;
}

const needed: readonly Needed[] = [
  {
    isThere: () => runs('redis-server', ['--version']) || runs('valkey-server', ['--version']),
    package: 'redis-server',
    sentence: 'The tests need redis-server (or valkey-server) on PATH',
  },
  {
    isThere: () => chromiumPath() !== undefined,
    package: 'chromium',
    sentence: 'The tests need Chromium (or Chrome) on PATH',
  },
  {
    isThere: () => mariadbPath() !== undefined,
    package: 'mariadb-server-core',
    sentence: 'The tests need MariaDB (mariadbd) on PATH',
  },
  {
    isThere: () => runs('curl', ['--version']),
    package: 'curl',
    sentence: 'The tests need curl on PATH',
  },
];

/** Tests use real programs. They are installed where that is possible, and asked for in one sentence where it is not. */
function ensurePrograms(): void {
  const missing = needed.filter(({ isThere }) => !isThere());
  if (missing.length === 0) return;
  const packages = missing.map((each) => each.package);
  const isRoot = process.getuid?.() === 0;
  if (isRoot && runs('apt-get', ['update', '-q']) && runs('apt-get', ['install', '-qy', ...packages])) return;
  const [first, ...rest] = missing.map(({ sentence }) => sentence);
  const others = rest.map((sentence) => sentence.replace('The tests need', ', and')).join('');
  throw new Error(`${first}${others}: install it, for example with \`sudo apt-get install ${packages.join(' ')}\`.`);
}

/** Hundreds of processes are started, of the same modules. */
const compileCache = 'node_modules/.cache/node-compile-cache';

export default function setUp(): void {
  ensurePrograms();
  process.env.NODE_COMPILE_CACHE ??= resolve(compileCache);
}
