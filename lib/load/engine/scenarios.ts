import type { Random } from '../../statistics/random.ts';
import { DataFeed } from './data-feed.ts';
import { Inspection } from './inspection.ts';
import type { EnginePlan, EngineRequest, EngineScenario, ThinkTime } from './plan.ts';
import type { ResponseParts } from './received-response.ts';
import { hostHeader, RequestTemplate } from './request-template.ts';
import { Sequences } from './sequences.ts';
import { TemplateError, type TemplateScope, type TemplateSource } from './template.ts';
import { Variables } from './variables.ts';

/** A request, ready to be made. */
export type CompiledRequest = {
  template: RequestTemplate;
  /** Which of the names its figures are told under. */
  figures: number;
  isHead: boolean;
  keep: ResponseParts;
  /** Absent where a status below 400 is all that is asked for. */
  inspection: Inspection | undefined;
  followRedirects: number;
  /** Before the next request of its scenario. */
  thinkTimeMs: ThinkTime;
};

/** A scenario, ready to be played. */
export type CompiledScenario = {
  name: string;
  isFlow: boolean;
  /** First those that a user makes once, then those of each iteration. */
  requests: CompiledRequest[];
  /** How many a user makes once. */
  before: number;
  feed: DataFeed | undefined;
  /** Whether something is captured, or comes from the data. */
  hasValues: boolean;
  keepsCookies: boolean;
  thinkTimeMs: ThinkTime;
};

/** The parts of a plan that are compiled; a worker's number and that of all, for its share of sequential data. */
export type ScenarioPlan = Pick<EnginePlan, 'target' | 'scenarios'> & Partial<Pick<EnginePlan, 'worker' | 'workers'>>;

/** What the templates draw from, and the sequences of the data's rows; without them the rows begin at the first. */
export type ScenarioSource = TemplateSource & { sequences?: Sequences };

/** The scenarios of a plan, drawn by weight. */
export class Scenarios {
  /** Under which the figures of requests are told. */
  readonly figureNames: string[] = [];
  /** Of the target. */
  readonly origin: string;
  readonly random: Random;
  readonly #plan: ScenarioPlan;
  readonly #source: ScenarioSource;
  readonly #all: CompiledScenario[];
  /** Upper ends of each scenario's share of [0, 1). */
  readonly #shares: number[];

  /**
   * @throws TemplateError naming the scenario, and what of it cannot be sent.
   * @throws RangeError for a scenario that has no requests, or two of one name.
   */
  constructor(plan: ScenarioPlan, source: ScenarioSource) {
    const { target, scenarios } = plan;
    this.#plan = plan;
    this.#source = source;
    this.random = source.random;
    this.origin = `${target.protocol}//${hostHeader(target)}`;
    if (!URL.canParse(this.origin)) throw new TemplateError(`"${target.hostname}" is no host name`);
    this.#all = scenarios.map((scenario) => this.#compile(scenario));
    if (new Set(this.figureNames).size < this.figureNames.length) throw new RangeError('Two requests share a name.');
    const total = scenarios.reduce((sum, { weight }) => sum + weight, 0);
    let upTo = 0;
    this.#shares = scenarios.map(({ weight }) => {
      upTo += weight;
      return upTo / total;
    });
  }

  draw(): CompiledScenario {
    let at = 0;
    if (this.#shares.length > 1) {
      const drawn = this.random.fraction();
      while (at < this.#shares.length - 1 && drawn >= (this.#shares[at] ?? 1)) at++;
    }
    const scenario = this.#all[at];
    if (scenario === undefined) throw new RangeError('there are no scenarios');
    return scenario;
  }

  #compile(scenario: EngineScenario): CompiledScenario {
    const { name, requests, isFlow, before = [], data, cookies, thinkTimeMs } = scenario;
    if (requests.length === 0) throw new RangeError(`Scenario "${name}" has no requests.`);
    const { worker = 0, workers = 1 } = this.#plan;
    const scope: TemplateScope = { ...this.#source, variables: new Variables() };
    const { sequences = new Sequences() } = this.#source;
    const sources = { random: this.random, variables: scope.variables };
    const feed =
      data && new DataFeed(data, { worker, workers }, { ...sources, sequence: sequences.of(data.sequence ?? name) });
    const compiled = [...before, ...requests].map((request, at) =>
      this.#compileRequest(scenario, request, isFlow || at < before.length, scope),
    );
    return {
      name,
      isFlow,
      requests: compiled,
      before: before.length,
      feed,
      hasValues: scope.variables.names.length > 0,
      keepsCookies: cookies,
      thinkTimeMs,
    };
  }

  #compileRequest(
    { name, cookies }: EngineScenario,
    request: EngineRequest,
    isNamed: boolean,
    scope: TemplateScope,
  ): CompiledRequest {
    const { checks = [], captures = {}, followRedirects = 0, thinkTimeMs = 0 } = request;
    try {
      const template = new RequestTemplate(this.#plan.target, request, scope);
      const isInspected = checks.length > 0 || Object.keys(captures).length > 0;
      // After its template: a request cannot refer to what its own response gives.
      const inspection = isInspected ? new Inspection(request, scope.variables) : undefined;
      const inspected = inspection?.keep ?? 'nothing';
      return {
        template,
        figures: this.figureNames.push(isNamed ? `${name} > ${request.name}` : name) - 1,
        isHead: template.isHead,
        keep: inspected === 'nothing' && (cookies || followRedirects > 0) ? 'head' : inspected,
        inspection,
        followRedirects,
        thinkTimeMs,
      };
    } catch (error) {
      if (!(error instanceof TemplateError)) throw error;
      throw new TemplateError(`Scenario "${name}"${isNamed ? `, request "${request.name}"` : ''}: ${error.message}.`);
    }
  }
}
