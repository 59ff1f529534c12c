import { setTimeout as delay } from 'node:timers/promises';
import type { MessageOf, Outgoing } from '../../../lib/contracts/messages.ts';
import { projectSettings } from '../../../lib/contracts/projects.ts';
import { ComparisonService } from '../../../lib/load/comparisons/service.ts';
import { LoadController } from '../../../lib/load/controller.ts';
import { runItem, type StoredRun } from '../../../lib/load/model.ts';
import { playHttp } from '../../../lib/load/play-http.ts';
import { LoadQuotas } from '../../../lib/load/quota.ts';
import { LoadService } from '../../../lib/load/service.ts';
import type { InvokeFleet } from '../../../lib/load/start-fleet.ts';
import { type Play, workOnShard } from '../../../lib/load/worker.ts';
import type { Stored } from '../../../lib/platform/table/item.ts';
import { keys } from '../../../lib/platform/table/keys.ts';
import { ProjectService } from '../../../lib/projects/service.ts';
import { TelemetryService } from '../../../lib/telemetry/service.ts';
import type { TestParts } from '../../support/history-table.ts';
import { unknownConcurrency } from '../../support/load-run.ts';

/** In place of the second that a control message is delayed by. */
const pollMs = 50;

export interface FleetOptions {
  /** How often each message is delivered, the last ones first. */
  copies?: number;
  /** What the workers stand on, if not on what the rest does. */
  workerParts?: TestParts;
  /** What every name resolves to, each time anew. */
  addresses?: string[] | (() => string[]);
  /** After which the invocation of a worker is ended from outside; of a shard's invocations each may have its own. */
  invocationMs?: number | ((generation: number) => number);
  invokeFleet?: InvokeFleet;
  /** By which engine the workers play a shard, if not by our own. */
  play?: (shard: number) => Play;
  /** Messages that get lost. */
  drops?: (message: Outgoing) => boolean;
}

/** A load test's service, controller and workers on one table, with the queues between them played by hand. */
export class Fleet {
  readonly parts: TestParts;
  readonly projects: ProjectService;
  readonly service: LoadService;
  readonly comparisons: ComparisonService;
  readonly workers: Promise<void>[] = [];
  readonly #controller: LoadController;
  readonly #options: FleetOptions;

  constructor(given: TestParts, options: FleetOptions = {}) {
    // The engine goes by the real time, and so must the rest.
    const parts = { ...given, clock: Date.now };
    this.parts = parts;
    this.#options = options;
    const { addresses = ['127.0.0.1'] } = options;
    this.projects = new ProjectService(parts, {
      resolve: async () => (typeof addresses === 'function' ? addresses() : addresses),
    });
    this.service = new LoadService(parts, this.projects, unknownConcurrency);
    this.comparisons = new ComparisonService(parts, this.projects, unknownConcurrency);
    this.#controller = this.controller();
  }

  controller(parts = this.parts): LoadController {
    return new LoadController(parts, {
      telemetry: new TelemetryService(parts, this.projects),
      quotas: new LoadQuotas(parts),
      invokeFleet: this.#options.invokeFleet ?? (async () => {}),
    });
  }

  /** The same service on another table. */
  serviceOn(table: TestParts['table']): LoadService {
    return new LoadService({ ...this.parts, table }, this.projects, unknownConcurrency);
  }

  async register(port: number): Promise<void> {
    await this.projects.put('shop', projectSettings.parse({ baseUrl: `http://shop.example:${port}` }));
  }

  async run(testId: string): Promise<Stored<StoredRun>> {
    const found = await this.parts.table.get(runItem, keys.loadTest('shop', testId));
    if (found === undefined) throw new Error('There is no such test');
    return found;
  }

  /** Delivers what waits in the queues. */
  async deliver(messages: readonly Outgoing[] = this.parts.sent.splice(0)): Promise<void> {
    const { copies = 1 } = this.#options;
    // Of copies that led to the same message only one is copied on, or they would multiply without end.
    const distinct = [...new Map(messages.map((message) => [JSON.stringify(message), message])).values()];
    const all = Array.from({ length: copies }, () => distinct).flat();
    for (const message of copies > 1 ? all.toReversed() : all) {
      if (this.#options.drops?.(message)) continue;
      const { queue, body } = message;
      if (queue === 'load-control') await this.#controller.advance(body);
      if (queue === 'load-work' || queue === 'load-scripts') this.workers.push(this.work(body));
    }
  }

  work(message: MessageOf<'load-work'>): Promise<void> {
    const { parts, workerParts = parts } = { ...this.#options, parts: this.parts };
    const { invocationMs = 900_000, play = () => playHttp } = this.#options;
    const endsAt = Date.now() + (typeof invocationMs === 'number' ? invocationMs : invocationMs(message.generation));
    const services = { projects: this.projects, play: play(message.shard) };
    return workOnShard({ ...workerParts, clock: Date.now }, services, message, {
      remainingMs: () => endsAt - Date.now(),
    });
  }

  /** Delivers until the test is where it should be. */
  async until(testId: string, reached: (run: StoredRun) => boolean): Promise<StoredRun> {
    for (;;) {
      await this.deliver();
      const { value } = await this.run(testId);
      if (reached(value)) return value;
      await delay(pollMs);
    }
  }

  async untilEnded(testId: string): Promise<StoredRun> {
    const ended = await this.until(testId, ({ phase }) => phase === 'ended');
    await Promise.all(this.workers);
    return ended;
  }
}
