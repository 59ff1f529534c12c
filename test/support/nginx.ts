import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { findFreePort } from '../../lib/local/emulators/free-port.ts';
import type { Certificate } from './self-signed.ts';

export interface NginxOptions {
  /** What is served: `location` blocks. */
  locations: string;
  certificate?: Certificate;
  /** Makes the command that is run of nginx's own; what it starts must become nginx. */
  command?: (own: readonly string[]) => readonly [string, ...string[]];
}

export interface Nginx {
  port: number;
  pid: number;
  stop(): Promise<void>;
}

const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];

const configurationOf = (folder: string, port: number, { locations, certificate }: NginxOptions): string => `
daemon off;
master_process off;
pid ${folder}/pid;
error_log ${folder}/error.log;
worker_rlimit_nofile 8192;
events { worker_connections 4096; }
http {
  access_log off;
  ${temporary.map((name) => `${name}_temp_path ${folder}/${name};`).join(' ')}
  keepalive_requests 1000000000;
  keepalive_timeout 600s;
  default_type application/json;
  server {
    listen 127.0.0.1:${port}${certificate === undefined ? '' : ' ssl'} backlog=4096;
    ${certificate === undefined ? '' : `ssl_certificate ${folder}/cert.pem; ssl_certificate_key ${folder}/key.pem;`}
    ${locations}
  }
}`;

/** A real nginx, as one process, with everything of its own in a directory that goes with it. */
export async function startNginx(options: NginxOptions): Promise<Nginx> {
  const folder = mkdtempSync(join(tmpdir(), 'headroom-nginx-'));
  if (options.certificate !== undefined) {
    writeFileSync(join(folder, 'key.pem'), options.certificate.key);
    writeFileSync(join(folder, 'cert.pem'), options.certificate.cert);
  }
  const port = await findFreePort();
  const configuration = join(folder, 'nginx.conf');
  writeFileSync(configuration, configurationOf(folder, port, options));
  const own = ['nginx', '-p', folder, '-c', configuration, '-e', join(folder, 'error.log')];
  const [command, ...args] = options.command?.(own) ?? (own as [string, ...string[]]);
  const child = spawn(command, args, { stdio: 'ignore' });
  const ended = once(child, 'exit');
  const stop = async (): Promise<void> => {
    child.kill('SIGKILL');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };
  for (let tries = 0; tries < 200 && child.exitCode === null; tries++) {
    if (child.pid !== undefined && (await listens(port))) return { port, pid: child.pid, stop };
    await pause(20);
  }
  await stop();
  throw new Error('nginx did not begin to listen');
}

async function listens(port: number): Promise<boolean> {
  const socket = net.connect(port, '127.0.0.1');
  const connected = await once(socket, 'connect').catch(() => undefined);
  socket.destroy();
  return connected !== undefined;
}
