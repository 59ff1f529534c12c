import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { listening } from '../../support/listening.ts';
import { selfSigned } from '../../support/self-signed.ts';
import { startChild } from '../frame/child.ts';
import { BODY } from './answer.ts';
import { isInstalled } from './command.ts';
import { cpuSecondsOf, onCore, TARGET_CORE } from './cores.ts';

export interface Target {
  url: string;
  /** What answers. */
  name: 'nginx' | 'node:net';
  /** Processor time that it has used so far: close to the time that passed, it is the bottleneck. */
  cpuSeconds(): number;
}

/** Runs the work beside a target on a core of its own: nginx with one process where it is installed, else one of our own. */
export const withTarget = <Result>(tls: boolean, work: (target: Target) => Promise<Result>): Promise<Result> =>
  isInstalled('nginx') ? withNginx(tls, work) : withRawServer(tls, work);

const nginxConfiguration = (folder: string, port: number, tls: boolean): string => `
daemon off;
master_process off;
pid ${folder}/pid;
error_log ${folder}/error.log;
worker_rlimit_nofile 8192;
events { worker_connections 4096; }
http {
  access_log off;
  ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${folder}/${name};`).join(' ')}
  keepalive_requests 1000000000;
  keepalive_timeout 600s;
  default_type application/json;
  server {
    listen 127.0.0.1:${port}${tls ? ' ssl' : ''} backlog=4096;
    ${tls ? `ssl_certificate ${folder}/cert.pem; ssl_certificate_key ${folder}/key.pem;` : ''}
    location / { return 200 '${BODY}'; }
  }
}`;

async function freePort(): Promise<number> {
  const { port, close } = await listening(net.createServer());
  await close();
  return port;
}

async function untilItListens(port: number, child: ChildProcess): Promise<void> {
  for (let tries = 0; tries < 200 && child.exitCode === null; tries++) {
    const socket = net.connect(port, '127.0.0.1');
    const connected = await once(socket, 'connect').catch(() => undefined);
    socket.destroy();
    if (connected !== undefined) return;
    await pause(20);
  }
  throw new Error('nginx did not begin to listen');
}

async function withNginx<Result>(tls: boolean, work: (target: Target) => Promise<Result>): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), 'headroom-bench-'));
  mkdirSync(folder, { recursive: true });
  if (tls) {
    const { key, cert } = selfSigned('localhost');
    writeFileSync(join(folder, 'key.pem'), key);
    writeFileSync(join(folder, 'cert.pem'), cert);
  }
  const port = await freePort();
  const configuration = join(folder, 'nginx.conf');
  writeFileSync(configuration, nginxConfiguration(folder, port, tls));
  const [command, ...args] = onCore(TARGET_CORE, ['nginx', '-c', configuration, '-e', join(folder, 'error.log')]);
  const child = spawn(command, args, { stdio: 'ignore' });
  const ended = once(child, 'exit');
  try {
    await untilItListens(port, child);
    const url = `${tls ? 'https' : 'http'}://127.0.0.1:${port}`;
    return await work({
      url,
      name: 'nginx',
      cpuSeconds: () => cpuSecondsOf(Number(readFileSync(join(folder, 'pid'), 'utf8'))),
    });
  } finally {
    child.kill('SIGKILL');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  }
}

async function withRawServer<Result>(tls: boolean, work: (target: Target) => Promise<Result>): Promise<Result> {
  const certificate = tls ? selfSigned('localhost') : undefined;
  const setup = { key: certificate?.key.toString(), cert: certificate?.cert.toString() };
  const child = await startChild<null, { port: number; pid: number }>(
    new URL('./raw-server.ts', import.meta.url),
    setup,
  );
  try {
    const { port, pid } = await child.ask(null);
    const url = `${tls ? 'https' : 'http'}://127.0.0.1:${port}`;
    return await work({ url, name: 'node:net', cpuSeconds: () => cpuSecondsOf(pid) });
  } finally {
    await child.stop();
  }
}
