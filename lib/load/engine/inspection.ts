import { type Capture, compileCapture } from './captures.ts';
import { type Check, compileCheck } from './checks.ts';
import type { CookieKeeper } from './cookie-keeper.ts';
import { ExaminedResponse, readable } from './examined-response.ts';
import { type Fault, statusFault } from './fault.ts';
import type { EngineRequest } from './plan.ts';
import type { ReceivedResponse, ResponseParts } from './received-response.ts';
import type { Variables } from './variables.ts';

export type Findings = { fault: Fault | undefined; lacksCapture: boolean };

/** What is looked at in the responses to a request, made ready once. */
export class Inspection {
  /** What must be kept of the response for it. */
  readonly keep: ResponseParts;
  readonly hasCaptures: boolean;
  readonly #judgesStatus: boolean;
  readonly #checks: Check[];
  readonly #captures: (Capture & { kind: string; slot: number })[];

  /**
   * @param variables in which the names of the captures are declared.
   * @throws TemplateError for a pattern or path that is none.
   */
  constructor({ checks = [], captures = {} }: EngineRequest, variables: Variables) {
    this.#judgesStatus = !checks.some((check) => 'status' in check);
    this.#checks = checks.map(compileCheck);
    this.#captures = Object.entries(captures).map(([name, capture]) => ({
      kind: `capture-${name}`,
      slot: variables.declare(name),
      ...compileCapture(capture),
    }));
    const parts = [...this.#checks, ...this.#captures].map(({ keep }) => keep);
    this.keep = parts.includes('all') ? 'all' : parts.includes('head') ? 'head' : 'nothing';
    this.hasCaptures = this.#captures.length > 0;
  }

  /**
   * Writes what is captured into the user's values, and judges the response: of its status, the checks in their order, and
   * the captures, the first that is not as it should be tells what is wrong.
   */
  inspect(
    response: ReceivedResponse,
    {
      responseTimeMs,
      values,
      cookies,
    }: { responseTimeMs: number; values: string[]; cookies: CookieKeeper | undefined },
  ): Findings {
    const examined = new ExaminedResponse(response, responseTimeMs, cookies);
    const missing = this.#capture(examined, values);
    const wrongStatus = this.#judgesStatus ? statusFault(response.status) : undefined;
    return { fault: wrongStatus ?? this.#firstFailure(examined) ?? missing, lacksCapture: missing !== undefined };
  }

  #firstFailure(examined: ExaminedResponse): Fault | undefined {
    for (const { kind, failureOf } of this.#checks) {
      const example = readable(() => failureOf(examined));
      if (example !== undefined) return { kind, example };
    }
    return undefined;
  }

  #capture(examined: ExaminedResponse, values: string[]): Fault | undefined {
    let missing: Fault | undefined;
    for (const { kind, slot, find } of this.#captures) {
      const failure = readable(() => {
        const value = find(examined);
        if (value === undefined) return `answered ${examined.response.status} without it`;
        values[slot] = value;
        return undefined;
      });
      if (failure !== undefined) missing ??= { kind, example: failure };
    }
    return missing;
  }
}
