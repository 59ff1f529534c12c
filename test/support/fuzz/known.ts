import { isObject, type Json } from './json.ts';

const mark = '\u{f0000}';
/** Of each name; the oldest go. */
const kept = 60;

/** Stands for something that answers told of, by the name of the member that told it; which of them, is settled when it is sent. */
export const known = (name: string, pick: number): string => `${mark}${name}:${pick}`;

interface Resolution {
  /** Names to look up in place of others. */
  instead?: Readonly<Record<string, string>>;
  /** Whose ids are wanted. */
  project?: string | undefined;
}

/** What answers have told: ids, names and cursors, so that later requests ask for what there is. */
export class Known {
  readonly #values = new Map<string, string[]>();
  readonly #hidden = new Set<string>();
  readonly #fixed = new Set<string>();

  /** Never given out: what the test itself needs until its end. */
  hide(value: string): void {
    this.#hidden.add(value);
  }

  /** What the name stands for from now on, whatever answers tell. What stands here more often is asked for more often. */
  fix(name: string, values: readonly string[]): void {
    this.#values.set(name, [...values]);
    this.#fixed.add(name);
  }

  add(name: string, value: string): void {
    if (this.#hidden.has(value) || this.#fixed.has(name)) return;
    const values = this.#values.get(name) ?? [];
    if (values.includes(value)) return;
    this.#values.set(name, [...values, value].slice(-kept));
  }

  /**
   * Every id of an answer, by the name of its member.
   * @param operation whose cursors go with it alone
   * @param project that it was asked of; where an answer names one, that
   */
  learn(answer: Json, operation: string, project?: string): void {
    if (Array.isArray(answer)) for (const item of answer) this.learn(item, operation, project);
    if (!isObject(answer)) return;
    const of = typeof answer.project === 'string' ? answer.project : project;
    for (const [name, value] of Object.entries(answer)) {
      if (typeof value !== 'string') this.learn(value, operation, of);
      else if (name === 'nextCursor') this.add(`${operation} cursor`, value);
      else if (/^(id|project|namespace|\w+Id)$/.test(name)) {
        this.add(name, value);
        if (of !== undefined) this.add(within(name, of), value);
      }
    }
  }

  /** What the name stands for. What was never told of leads to an id that nobody has; of a cursor, to nothing. */
  find(name: string, pick: number): string {
    const values = this.#values.get(name) ?? [];
    return values[pick % Math.max(1, values.length)] ?? (name.endsWith('cursor') ? '' : '01JD2V8Q6Y0000000000000000');
  }

  /** The value with what it stands for in place of every mark. */
  resolve(value: Json, way: Resolution = {}): Json {
    if (typeof value === 'string') {
      const [, name = '', pick] = value.startsWith(mark) ? (/^(.*):(\d+)$/s.exec(value.slice(mark.length)) ?? []) : [];
      return pick === undefined ? value : this.#found(name, Number(pick), way);
    }
    if (Array.isArray(value)) return value.map((item) => this.resolve(item, way));
    if (!isObject(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, this.resolve(part, way)]));
  }

  #found(name: string, pick: number, { instead = {}, project }: Resolution): string {
    const own = project === undefined ? undefined : this.#values.get(within(name, project));
    // Now and then, of what other projects have.
    return own === undefined || pick % 5 === 0
      ? this.find(instead[name] ?? name, pick)
      : (own[pick % own.length] ?? '');
  }
}

const within = (name: string, project: string): string => `${name} of ${project}`;
