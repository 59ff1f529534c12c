import type { z } from 'zod';
import { type Scenario, scenario } from '../../contracts/load-scenario.ts';
import type { ImportedScenarios } from '../../contracts/scenario-imports.ts';
import { jsonFaults } from '../../platform/http/json-faults.ts';
import { charsWithin } from './json-values.ts';
import { LeftOut } from './left-out.ts';
import { UniqueNames } from './unique-names.ts';

export type ScenarioDraft = z.input<typeof scenario>;

/** As many as a load test takes. */
export const maxScenarios = 100;
export const beyondMost = `Beyond the ${maxScenarios} scenarios that a load test may have`;
/** Of one scenario as JSON. A recording may hold uploads, and an example whole catalogues. */
const maxScenarioChars = 1_000_000;
/** Of all together: an answer has room for 6 MB. */
const maxChars = 3_000_000;

/**
 * The scenarios that an import found fit, whatever it was made from: each is valid, no two have the same name, and all
 * together a load test takes.
 */
export class CollectedScenarios {
  readonly leftOut: LeftOut;
  readonly #scenarios: Scenario[] = [];
  readonly #names = new UniqueNames();
  #chars = 0;

  constructor(leftOut = new LeftOut()) {
    this.leftOut = leftOut;
  }

  get isFull(): boolean {
    return this.#scenarios.length >= maxScenarios;
  }

  /**
   * @param draft its name is made different from those before
   * @param example what it was made from, to be shown where it is left out
   * @param count how many requests it stands for
   * @returns whether it was taken
   */
  add(draft: ScenarioDraft, example: string, count = 1): boolean {
    const reason = this.#take(draft);
    if (reason !== undefined) this.leftOut.add(reason, example, count);
    return reason === undefined;
  }

  /** @returns why it was not taken */
  #take(draft: ScenarioDraft): string | undefined {
    if (this.isFull) return beyondMost;
    // What is too large or too deep is given to nothing that would walk it whole.
    const chars = charsWithin(draft, maxScenarioChars);
    if (chars === undefined) return `Too large for a scenario (over ${maxScenarioChars / 1000} KB as JSON)`;
    if (this.#chars + chars > maxChars) return `Beyond the ${maxChars / 1_000_000} MB that an import may answer`;
    const [fault] = jsonFaults(draft, 'scenario');
    if (fault !== undefined) return `No valid scenario: ${fault.path.slice(0, 100)} ${fault.message}`;
    const parsed = scenario.safeParse(draft);
    if (!parsed.success) {
      const [issue] = parsed.error.issues;
      return `No valid scenario: ${issue?.path.join('.').slice(0, 100)} ${issue?.message}`;
    }
    this.#chars += chars;
    this.#scenarios.push({ ...parsed.data, name: this.#names.take(parsed.data.name) });
    return undefined;
  }

  answer(): ImportedScenarios {
    return { scenarios: this.#scenarios, skipped: this.leftOut.list() };
  }
}
