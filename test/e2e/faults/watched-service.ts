import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { fileURLToPath } from 'node:url';
import type { Random } from '../../../lib/statistics/random.ts';
import { environmentFor } from '../../contract/sdk/host.ts';
import type { Service, Visit } from './services.ts';

/** One of the services, in a process of its own that reports as any service would. */
export class WatchedService<Faults extends object> {
  readonly #child: ChildProcess;
  readonly #service: Service<Faults>;
  readonly #random: Random;

  constructor(service: Service<Faults>, random: Random, platformUrl: string) {
    this.#service = service;
    this.#random = random;
    this.#child = fork(
      fileURLToPath(new URL(`./${service.program}.ts`, import.meta.url)),
      [JSON.stringify(service.size(random))],
      {
        env: { ...process.env, ...environmentFor(platformUrl) },
        execArgv: ['--conditions=headroom-source', '--expose-gc', '--import', 'headroom/register'],
      },
    );
  }

  /** Has it do with these faults what its visitors ask for, in so many windows of telemetry. */
  async use(faults: Partial<Faults>, windows: number): Promise<void> {
    const port = Number(await this.#order({ open: { ...this.#service.none, ...faults } }));
    // What was done to get there is no part of it.
    await this.#order('flush');
    const agent = new Agent({ keepAlive: true });
    for (let window = 0; window < windows; window++) {
      for (const visit of this.#service.visits) {
        await Promise.all(Array.from({ length: visit.atOnce }, () => this.#visit(visit, port, agent)));
      }
      await this.#order('flush');
    }
    agent.destroy();
    await this.#order('close');
  }

  async end(): Promise<void> {
    this.#child.kill('SIGKILL');
    await once(this.#child, 'exit');
  }

  async #order(order: unknown): Promise<unknown> {
    this.#child.send(order as object);
    const waiting = new AbortController();
    const { signal } = waiting;
    const ended = once(this.#child, 'exit', { signal }).then(([code]) => {
      throw new Error(`${this.#service.program} ended with ${code}`);
    });
    ended.catch(() => {});
    const [answer] = await Promise.race([once(this.#child, 'message'), ended]);
    waiting.abort();
    return answer;
  }

  async #visit({ method, path, body }: Visit, port: number, agent: Agent): Promise<void> {
    const headers = { 'content-type': 'application/json' };
    const asking = request({
      host: '127.0.0.1',
      port,
      agent,
      method,
      path: path(this.#random),
      ...(body === undefined ? {} : { headers }),
    });
    asking.end(body === undefined ? undefined : JSON.stringify(body(this.#random)));
    const [response] = await once(asking, 'response');
    await once(response.resume(), 'end');
  }
}
