import type { Random } from '../../statistics/random.ts';
import type { EnginePlan, EngineRequest, EngineScenario, EngineTarget, ThinkTime } from './plan.ts';
import { RequestTemplate } from './request-template.ts';
import { TemplateError, type TemplateSource } from './template.ts';

/** A scenario, ready to be played. */
export type CompiledScenario = {
  name: string;
  request: RequestTemplate;
  /** Of which of the names its figures are told under. */
  figures: number;
  thinkTimeMs: ThinkTime;
};

/** The scenarios of a plan, drawn by weight. */
export class Scenarios {
  readonly all: readonly CompiledScenario[];
  /** Under which the figures of requests are told. */
  readonly figureNames: readonly string[];
  /** Upper ends of each scenario's share of [0, 1). */
  readonly #shares: number[];

  /** @throws TemplateError naming the scenario, and what of it cannot be sent. */
  constructor({ target, scenarios }: Pick<EnginePlan, 'target' | 'scenarios'>, source: TemplateSource) {
    this.all = scenarios.map((scenario, figures) => compile(target, scenario, figures, source));
    this.figureNames = scenarios.map(({ name }) => name);
    const total = scenarios.reduce((sum, { weight }) => sum + weight, 0);
    let upTo = 0;
    this.#shares = scenarios.map(({ weight }) => {
      upTo += weight;
      return upTo / total;
    });
  }

  draw(random: Random): CompiledScenario {
    let at = 0;
    if (this.#shares.length > 1) {
      const drawn = random.fraction();
      while (at < this.#shares.length - 1 && drawn >= (this.#shares[at] ?? 1)) at++;
    }
    const scenario = this.all[at];
    if (scenario === undefined) throw new RangeError('there are no scenarios');
    return scenario;
  }
}

function compile(
  target: EngineTarget,
  { name, requests, thinkTimeMs }: EngineScenario,
  figures: number,
  source: TemplateSource,
): CompiledScenario {
  const [only, ...more] = requests;
  if (only === undefined || more.length > 0) throw new RangeError(`Scenario "${name}" must have one request.`);
  return { name, request: compileRequest(target, name, only, source), figures, thinkTimeMs };
}

function compileRequest(
  target: EngineTarget,
  scenario: string,
  request: EngineRequest,
  source: TemplateSource,
): RequestTemplate {
  try {
    return new RequestTemplate(target, request, source);
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    throw new TemplateError(`Scenario "${scenario}": ${error.message}.`);
  }
}
