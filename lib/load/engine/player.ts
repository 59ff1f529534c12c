import type { Connection } from './connection.ts';
import { CookieKeeper, pathOf } from './cookie-keeper.ts';
import { type Fault, statusFault } from './fault.ts';
import { followingRequest, redirectOf } from './redirect.ts';
import type { CompiledRequest, CompiledScenario, Scenarios } from './scenarios.ts';
import { thinkMs } from './think-time.ts';

/** What a user keeps of a scenario from one iteration to the next. */
type Memory = { values: string[]; isPrepared: boolean };

const NOTHING: Memory = { values: [], isPrepared: true };

/**
 * A user's way through the scenarios: what he sends next, what he makes of the response, and how long he waits then. For each
 * iteration he draws a scenario, and makes its requests in turn.
 *
 * An iteration ends early when a request cannot be sent, when one of `before` fails, or when something to be captured does not
 * come; what follows would not be what it is meant to be.
 */
export class Player {
  /** Until the next request, once the last one has ended. */
  pauseMs = 0;

  readonly #scenarios: Scenarios;
  readonly #flowEnded: (scenario: string) => void;
  /** Of the iteration under way. */
  #scenario: CompiledScenario | undefined;
  #step = 0;
  #memory = NOTHING;
  readonly #memories = new Map<CompiledScenario, Memory>();
  /** Absent in a scenario that does not keep them. */
  #cookies: CookieKeeper | undefined;
  #keptCookies: CookieKeeper | undefined;
  /** That is, or was last, on its way; without its user's cookies. */
  #request: CompiledRequest | undefined;
  #sent = '';
  /** The request that follows the redirect just answered. */
  #following: string | undefined;
  #redirects = 0;

  /** @param flowEnded is told of each flow that was made to its end. */
  constructor(scenarios: Scenarios, flowEnded: (scenario: string) => void) {
    this.#scenarios = scenarios;
    this.#flowEnded = flowEnded;
  }

  /** Becomes another user, who has done nothing yet. */
  renew(): void {
    this.#scenario = undefined;
    this.#following = undefined;
    this.#keptCookies = undefined;
    if (this.#memories.size > 0) this.#memories.clear();
  }

  /** Of his last request, for messages. */
  get description(): string {
    return this.#request?.template.description ?? '';
  }

  /** Whether he has made all requests of an iteration, or given it up. */
  get isBetween(): boolean {
    return this.#scenario === undefined;
  }

  /** That he makes next; begins an iteration when none is under way. */
  next(): CompiledRequest {
    if (this.#following !== undefined && this.#request !== undefined) return this.#request;
    const scenario = this.#scenario ?? this.#begin();
    const request = scenario.requests[this.#step];
    if (request === undefined) throw new RangeError(`scenario ${scenario.name} has no request ${this.#step}`);
    this.#request = request;
    this.#redirects = 0;
    return request;
  }

  /** Of that request, the bytes. */
  render(request: CompiledRequest): string {
    const { values } = this.#memory;
    const text = this.#following ?? request.template.render(values);
    this.#following = undefined;
    if (request.keep !== 'nothing') this.#sent = text;
    return this.#cookies === undefined ? text : this.#cookies.addTo(text);
  }

  /** His last request was answered. @returns why it is not successful, if it is not. */
  responded({ response, intendedAt }: Connection, now: number): Fault | undefined {
    const request = this.#request;
    const scenario = this.#scenario;
    if (request === undefined || scenario === undefined) throw new Error('nothing was sent');
    if (this.#cookies !== undefined) this.#cookies.take(response, pathOf(this.#sent));
    let fault: Fault | undefined;
    let isBroken = false;
    const location = request.followRedirects > 0 ? redirectOf(response) : undefined;
    if (location !== undefined) {
      fault = this.#redirected(request, response.status, location);
      if (fault === undefined) return undefined;
      isBroken = request.inspection?.hasCaptures ?? false;
    } else if (request.inspection === undefined) {
      fault = statusFault(response.status);
    } else {
      const { values } = this.#memory;
      const found = { responseTimeMs: now - intendedAt, values, cookies: this.#cookies };
      ({ fault, lacksCapture: isBroken } = request.inspection.inspect(response, found));
    }
    this.#advance(scenario, request, fault !== undefined, isBroken);
    return fault;
  }

  /** His last request was not answered. */
  unanswered(): void {
    const request = this.#request;
    const scenario = this.#scenario;
    if (request === undefined || scenario === undefined) throw new Error('nothing was sent');
    this.#advance(scenario, request, true, request.inspection?.hasCaptures ?? false);
  }

  /** He could not send what he was about to. */
  unsent(): void {
    this.#end(this.#scenario ?? this.#scenarios.draw());
  }

  #begin(): CompiledScenario {
    const scenario = this.#scenarios.draw();
    this.#scenario = scenario;
    this.#memory = this.#remember(scenario);
    this.#step = this.#memory.isPrepared ? scenario.before : 0;
    scenario.feed?.fill(this.#memory.values);
    this.#cookies = scenario.keepsCookies ? this.#keep() : undefined;
    return scenario;
  }

  #keep(): CookieKeeper {
    this.#keptCookies ??= new CookieKeeper(this.#scenarios.origin);
    return this.#keptCookies;
  }

  #remember(scenario: CompiledScenario): Memory {
    if (scenario.before === 0 && !scenario.hasValues) return NOTHING;
    const memory = this.#memories.get(scenario) ?? { values: [], isPrepared: scenario.before === 0 };
    this.#memories.set(scenario, memory);
    return memory;
  }

  #redirected({ followRedirects }: CompiledRequest, status: number, location: string): Fault | undefined {
    if (this.#redirects >= followRedirects) {
      return { kind: 'redirect-limit', example: `was redirected more than ${followRedirects} times, to ${location}` };
    }
    const following = followingRequest(this.#sent, status, location, this.#scenarios.origin);
    if (following === undefined) {
      return { kind: 'redirect-refused', example: `was redirected to ${location}, which is not the target` };
    }
    this.#following = following;
    this.#redirects++;
    this.pauseMs = 0;
    return undefined;
  }

  #advance(scenario: CompiledScenario, request: CompiledRequest, hasFailed: boolean, isBroken: boolean): void {
    this.#following = undefined;
    if (isBroken || (hasFailed && this.#step < scenario.before)) {
      this.#end(scenario);
      return;
    }
    this.#step++;
    if (this.#step === scenario.before) this.#memory.isPrepared = true;
    if (this.#step < scenario.requests.length) {
      this.pauseMs = thinkMs(request.thinkTimeMs, this.#scenarios.random);
      return;
    }
    if (scenario.isFlow) this.#flowEnded(scenario.name);
    this.#end(scenario);
  }

  #end(scenario: CompiledScenario): void {
    this.#scenario = undefined;
    this.#following = undefined;
    this.pauseMs = thinkMs(scenario.thinkTimeMs, this.#scenarios.random);
  }
}
