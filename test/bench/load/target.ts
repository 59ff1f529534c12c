import { startNginx } from '../../support/nginx.ts';
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

async function withNginx<Result>(tls: boolean, work: (target: Target) => Promise<Result>): Promise<Result> {
  const nginx = await startNginx({
    locations: `location / { return 200 '${BODY}'; }`,
    command: (own) => onCore(TARGET_CORE, own),
    ...(tls ? { certificate: selfSigned('localhost') } : {}),
  });
  try {
    const url = `${tls ? 'https' : 'http'}://127.0.0.1:${nginx.port}`;
    return await work({ url, name: 'nginx', cpuSeconds: () => cpuSecondsOf(nginx.pid) });
  } finally {
    await nginx.stop();
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
