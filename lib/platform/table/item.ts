import type { z } from 'zod';
import type { Outgoing } from '../../contracts/messages.ts';
import type { Key } from './keys.ts';

/**
 * A kind of item. `version` is stored with every item; one that is older is brought up, step by step, by the migration
 * from its version to the next, when it is read. A version is never reused for another shape.
 */
export interface ItemType<Value> {
  name: string;
  version: number;
  schema: z.ZodType<Value>;
  migrations?: Record<number, (older: unknown) => unknown>;
}

/** An item as it stands in the table. */
export interface Stored<Value> {
  type: ItemType<Value>;
  key: Key;
  value: Value;
  /** Grows with every change of `value`: a change is made only to the state that was read. */
  revision: number;
  /** Messages that must follow the last writes and were not seen to be sent. */
  pending: readonly Outgoing[];
  expiresAt: number | undefined;
}

/** Brings what was stored to the newest version and checks it. */
export function readValue<Value>(type: ItemType<Value>, version: number, data: unknown): Value {
  let current = data;
  for (let step = version; step < type.version; step++) {
    const migrate = type.migrations?.[step];
    if (migrate === undefined) throw new Error(`No migration of ${type.name} from version ${step}`);
    current = migrate(current);
  }
  if (version > type.version) {
    throw new Error(
      `${type.name} was written by a newer Headroom (version ${version}, this one knows ${type.version})`,
    );
  }
  return type.schema.parse(current);
}
