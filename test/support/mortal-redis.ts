import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { findFreePort } from '../../lib/local/emulators/free-port.ts';
import { ping } from '../../lib/local/emulators/redis-ping.ts';

const PING_TIMEOUT_MS = 1_000;

/** A redis-server without files, at a port that stays its own: each start is an empty one. */
export class MortalRedis {
  #port: number | undefined;
  #child: ChildProcess | undefined;

  get url(): string {
    return `redis://127.0.0.1:${this.#port}`;
  }

  async start(): Promise<void> {
    this.#port ??= await findFreePort();
    const settings = { port: this.#port, bind: '127.0.0.1', save: '', appendonly: 'no', 'enable-debug-command': 'no' };
    const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]);
    const child = spawn('redis-server', args, { stdio: ['ignore', 'pipe', 'inherit'] });
    this.#child = child;
    const ready = new Promise<void>((resolve, reject) => {
      child.stdout?.on('data', (chunk: Buffer) => {
        if (chunk.includes('Ready to accept connections')) resolve();
      });
      child.once('error', reject);
      child.once('exit', () => reject(new Error('redis-server ended before it was ready')));
    });
    await ready;
    await ping(this.url, PING_TIMEOUT_MS);
  }

  /** At once: connections are broken, and nothing is kept. */
  async kill(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (child === undefined) return;
    const exit = once(child, 'exit');
    child.kill('SIGCONT');
    child.kill('SIGKILL');
    await exit;
  }

  /** Takes connections and says nothing, until it is killed. */
  freeze(): void {
    this.#child?.kill('SIGSTOP');
  }
}
