import { randomInt, randomUUID } from 'node:crypto';
import { template } from '../../../node_modules/artillery/dist/lib/commons/engine_util.js';
import type { UserContext } from '../../../node_modules/artillery/dist/lib/core/engine_http.js';
import type { ArtilleryScript, PayloadRows } from './script.ts';

type Row = PayloadRows['data'][number];

const longestRandomString = 100_000;
const alphabet = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';

const sampleOf = <Item>(items: readonly Item[]): Item | undefined => items[Math.floor(Math.random() * items.length)];

/** Of rows taken in turn each worker has every `workers`-th, so that in the whole test none comes twice before all have come. */
function readerOf({ data, order }: PayloadRows, worker: number, workers: number): () => Row {
  const own = data.filter((_, index) => index % workers === worker % Math.min(workers, data.length));
  let next = 0;
  return () => (order === 'sequence' ? own[next++ % own.length] : sampleOf(data)) ?? [];
}

/**
 * What each user begins with: the variables of the script, a row of each of its payloads, and Artillery's functions. Unlike
 * Artillery's own, it has no `$processEnvironment` and no `$env`.
 */
export class UserContexts {
  readonly #script: ArtilleryScript;
  readonly #readers: { payload: PayloadRows; read: () => Row }[];
  /** What `before` has captured. */
  shared: Record<string, unknown> = {};

  constructor(script: ArtilleryScript, worker: number, workers: number) {
    this.#script = script;
    this.#readers = script.payload.map((payload) => ({ payload, read: readerOf(payload, worker, workers) }));
  }

  create(scenario: unknown): UserContext {
    const vars: Record<string, unknown> = { target: this.#script.target, ...this.shared };
    for (const { payload, read } of this.#readers) {
      const { loadAllAs, fields, data } = payload;
      if (loadAllAs === undefined) Object.assign(vars, byField(fields, read()));
      else vars[loadAllAs] = fields.length === 0 ? data : data.map((row) => byField(fields, row));
    }
    for (const [name, value] of Object.entries(this.#script.variables)) {
      vars[name] = Array.isArray(value) ? sampleOf(value) : value;
    }
    const uid = randomUUID();
    vars.$uuid = uid;
    return {
      vars,
      funcs: {
        $randomNumber: (low: number, high: number) => randomInt(Math.min(low, high), Math.max(low, high) + 1),
        $randomString: (length = 10) =>
          Array.from({ length: Math.min(length, longestRandomString) }, () => sampleOf([...alphabet])).join(''),
        $template: (input: unknown) => template(input, { vars }),
      },
      scenario,
      _uid: uid,
    };
  }
}

const byField = (fields: readonly string[], row: Row): Record<string, unknown> =>
  Object.fromEntries(fields.map((field, column) => [field, row[column]]));
