import type { Change, ChangeKind } from '../contracts/optimizations.ts';
import { canonicalJson } from '../platform/canonical-json.ts';
import type { Applier, Appliers, Held } from './applier.ts';

export type Side = 'before' | 'after';

/**
 * What is to be there on each side of a change. An index is there with what creates it, or not at all; work that is done once is due, or
 * done.
 */
export function valueOn(side: Side, change: Change): Held['value'] {
  switch (change.kind) {
    case 'index':
      return side === 'before' ? null : change.create;
    case 'cache-upkeep':
      return side === 'before' ? 'due' : 'done';
    default:
      return change[side];
  }
}

/** Once it is there, nothing can take it back, and nothing need be: only what is still due can be called off. */
export const isDoneOnce = ({ kind }: Pick<Change, 'kind'>): boolean => kind === 'cache-upkeep';

export const otherSide = (side: Side): Side => (side === 'before' ? 'after' : 'before');

/** Whatever the order of members. */
export const isSameValue = (a: unknown, b: unknown): boolean => canonicalJson(a) === canonicalJson(b);

/** What of a change says where it stands: the same for all changes of one thing. */
export function placeOf(change: Change): string {
  switch (change.kind) {
    case 'setting':
      return `setting ${change.setting}`;
    case 'cache-policy':
      return `cache-policy ${change.namespace} ${change.field}`;
    case 'cache-upkeep':
      return `cache-upkeep ${change.namespace} ${change.work}`;
    case 'aws':
      return `aws ${change.service} ${change.resource} ${change.property}`;
    case 'index':
      return `index ${change.database} ${change.name}`;
  }
}

/** The applier of the change's kind. Undefined: the deployment has none. */
export const applierOf = (appliers: Appliers, { kind }: Change): Applier<ChangeKind> | undefined =>
  // Of the same kind as the change, which the types cannot say of a union.
  appliers[kind] as Applier<ChangeKind> | undefined;
