import type { z } from 'zod';
import type { ChangeOf } from '../../../contracts/optimizations.ts';
import type { Held } from '../../applier.ts';
import type { AwsClients } from '../clients.ts';

export type Value = ChangeOf<'aws'>['before'];
export type Service = ChangeOf<'aws'>['service'];

/** `failed`: what is set is not what is in force, and a further change may mend that. */
export type Progress = 'under-way' | 'in-force' | 'failed';

/** A property of one resource that was found. */
export interface Access {
  /** Of what the property belongs to. */
  readonly isManaged: boolean;
  /** What to tag. */
  readonly arn: string;
  read(): Promise<Held>;
  /**
   * Makes the next one of the calls that lead to `value`: one, so that whoever is cut off after any of them finds where it stands.
   * @param present what was just read: the change is made only to that, where the service takes a condition
   */
  change(value: Value, present: Held): Promise<void>;
  /** How the last change is coming along, that of an earlier attempt too. Absent: what is changed is in force at once. */
  progress?(): Promise<Progress>;
}

/** One property that Headroom can change. `before` and `after` of a change have the shape of `value`. */
export interface AwsProperty {
  readonly service: Service;
  /** `memorySize`, `alias/{alias}/provisionedConcurrency`: a part in braces is given to `open`. */
  readonly path: string;
  readonly value: z.ZodType<Value>;
  /** So long a change is waited for (60,000). */
  readonly patienceMs?: number;
  /** Where several calls lead from one value to another: whether some of them leave `value`. Absent: one call does it. */
  isBetween?(value: Value, one: Value, other: Value): boolean;
  /** @throws DomainError not-found, forbidden, unavailable, of the resource */
  open(clients: AwsClients, resource: string, parts: readonly string[]): Promise<Access>;
}

/** Of what AWS makes in minutes. Less than what the function may take that waits for it. */
export const minutesMs = 4 * 60_000;
