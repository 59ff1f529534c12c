import type { OtlpAttributes } from '../../contracts/otlp.ts';

export type AttributeValue = string | number | boolean;

/** Attributes by their names. Of several with one name, the first counts. */
export class Attributes {
  readonly #values = new Map<string, AttributeValue>();

  constructor(attributes: OtlpAttributes = []) {
    for (const { key, value } of attributes) {
      const scalar = value?.stringValue ?? value?.intValue ?? value?.doubleValue ?? value?.boolValue;
      if (scalar !== undefined && !this.#values.has(key)) this.#values.set(key, scalar);
    }
  }

  /** Of several names, as conventions changed over time, the first that is there and not empty. */
  text(...names: string[]): string | undefined {
    for (const name of names) {
      const value = this.#values.get(name);
      if (value !== undefined && value !== '') return String(value);
    }
    return undefined;
  }

  /** Finite numbers only, also where they came as text. */
  number(...names: string[]): number | undefined {
    const text = this.text(...names);
    const value = Number(text);
    return text === undefined || !Number.isFinite(value) ? undefined : value;
  }

  /** In the order of their names, so that the order in which they were sent makes no difference. */
  sorted(): [name: string, value: AttributeValue][] {
    return [...this.#values].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  }
}
