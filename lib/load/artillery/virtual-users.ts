import { EventEmitter } from 'node:events';
import { promisify } from 'node:util';
import type { Plugin as ExpectPlugin } from '../../../node_modules/artillery/dist/builtin-packages/artillery-plugin-expect/dist/index.js';
import type HttpEngine from '../../../node_modules/artillery/dist/lib/core/engine_http.js';
import type { UserContext } from '../../../node_modules/artillery/dist/lib/core/engine_http.js';
import { type ExchangeListener, HttpMeter } from './http-meter.ts';
import type { MetricsRecorder } from './metrics.ts';
import type { NetworkGuard } from './network-guard.ts';
import type { ArtilleryScript } from './script.ts';
import type { FlowStep } from './script-steps.ts';
import { UserContexts } from './user-context.ts';

/** Artillery's own parts, which are loaded after the thread has been prepared for them. */
export type ArtilleryParts = { HttpEngine: typeof HttpEngine; ExpectPlugin: typeof ExpectPlugin };

type Options = {
  worker: number;
  workers: number;
  parts: ArtilleryParts;
  guard: NetworkGuard;
  metrics: MetricsRecorder;
  exchanges: ExchangeListener;
  /** A user has gone through this scenario to its end. */
  completed: (scenario: string) => void;
};

type Play = (context: UserContext) => Promise<unknown>;

/** The names under which the flows of a script are reported, in the order of their numbers. */
export const figureNamesOf = ({ scenarios, before, after }: ArtilleryScript): string[] => [
  ...scenarios.map(({ name }) => name),
  ...(before === undefined ? [] : ['before']),
  ...(after === undefined ? [] : ['after']),
];

/** The users of one worker: each plays a scenario once, on Artillery's own HTTP engine. */
export class VirtualUsers {
  /** Who are at work. */
  active = 0;

  readonly #script: ArtilleryScript;
  readonly #options: Options;
  readonly #contexts: UserContexts;
  readonly #meters: HttpMeter[] = [];
  readonly #plays: { name: string; play: Play }[] = [];
  #before: Play | undefined;
  #after: Play | undefined;

  private constructor(script: ArtilleryScript, options: Options) {
    this.#script = script;
    this.#options = options;
    this.#contexts = new UserContexts(script, options.worker, options.workers);
  }

  static async create(script: ArtilleryScript, options: Options): Promise<VirtualUsers> {
    const users = new VirtualUsers(script, options);
    await users.#compile();
    return users;
  }

  /** Once, before the first of them: what it captures is every user's. */
  async before(): Promise<void> {
    if (this.#before === undefined) return;
    const context = this.#contexts.create(undefined);
    await this.#before(context);
    this.#contexts.shared = context.vars;
  }

  async after(): Promise<void> {
    if (this.#after !== undefined) await this.#after(this.#contexts.create(undefined));
  }

  /** @param then when it has gone through its scenario, or failed in it */
  begin(scenario: number, then: () => void): void {
    const chosen = this.#plays[scenario];
    if (chosen === undefined) throw new RangeError(`there is no scenario ${scenario}`);
    const { metrics, completed } = this.#options;
    metrics.count('vusers.created');
    metrics.count(`vusers.created_by_name.${chosen.name}`);
    const context = this.#contexts.create(this.#script.scenarios[scenario]);
    const startedAt = performance.now();
    this.active++;
    chosen
      .play(context)
      .then(
        () => {
          metrics.count('vusers.completed');
          completed(chosen.name);
          metrics.time('vusers.session_length', performance.now() - startedAt);
        },
        () => metrics.count('vusers.failed'),
      )
      .finally(() => {
        this.active--;
        if (this.#script.engine.http?.pool === undefined) closeConnections(context);
        then();
      });
  }

  /** Responses that are here count, whatever would still be asked of them. */
  settle(): void {
    for (const meter of this.#meters) meter.settleAll();
  }

  async #compile(): Promise<void> {
    const { scenarios, before, after, expect } = this.#script;
    const script = engineScript(this.#script);
    if (expect !== undefined) new this.#options.parts.ExpectPlugin(script, new EventEmitter());
    let shared: HttpEngine | undefined;
    const compile = async (flow: object, hasExpectations: boolean): Promise<Play> => {
      const engine = new this.#options.parts.HttpEngine(script);
      await engine.init();
      // One pool for all scenarios, as where one engine plays them all.
      shared ??= engine;
      engine._httpAgent = shared._httpAgent;
      engine._httpsAgent = shared._httpsAgent;
      return this.#metered(engine, flow, hasExpectations);
    };
    for (const [index, { name }] of scenarios.entries()) {
      const scenario = script.scenarios[index];
      if (scenario !== undefined) this.#plays.push({ name, play: await compile(scenario, expect !== undefined) });
    }
    if (before !== undefined) this.#before = await compile({ flow: structuredClone(before) }, false);
    if (after !== undefined) this.#after = await compile({ flow: structuredClone(after) }, false);
  }

  #metered(engine: HttpEngine, flow: object, hasExpectations: boolean): Play {
    const { guard, metrics, exchanges } = this.#options;
    const meter = new HttpMeter(this.#meters.length, hasExpectations, exchanges);
    this.#meters.push(meter);
    const events = new EventEmitter();
    events.on('counter', (name: string, value: number) => metrics.count(name, value));
    events.on('histogram', (name: string, ms: number) => metrics.time(name, ms));
    events.on('error', (code: unknown) => metrics.count(`errors.${String(code)}`));
    meter.listenTo(events);
    engine.request = engine.request.extend({
      handlers: [meter.handler],
      hooks: { beforeRequest: [({ url, headers }) => guard.requireInside(url, headers.host)] },
    });
    const play = promisify(engine.createScenario(flow, events));
    return play;
  }
}

/** As Artillery's parts take it, and write into it. */
function engineScript({ target, engine, expect, scenarios }: ArtilleryScript): { config: object; scenarios: object[] } {
  return structuredClone({
    config: {
      ...engine,
      target,
      processor: {},
      // Its other formatters write to the log for every request.
      plugins: expect === undefined ? {} : { expect: { ...expect, formatter: 'silent' } },
    },
    scenarios: scenarios.map(({ name, flow }): { name: string; flow: FlowStep[] } => ({ name, flow })),
  });
}

/** A user's connections are of no use to others, and idle ones would add up to more than a Lambda function may have. */
function closeConnections({ _httpAgent, _httpsAgent }: UserContext): void {
  _httpAgent?.destroy();
  _httpsAgent?.destroy();
}
