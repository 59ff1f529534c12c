import type { Change, ChangeOf } from '../contracts/optimizations.ts';

type Value = ChangeOf<'setting'>['before'];

/** Where a change is made. */
export function changePlace(change: Change): string {
  switch (change.kind) {
    case 'setting':
      return `Live setting ${change.setting}`;
    case 'cache-policy':
      return `${change.field} of the cache namespace ${change.namespace}`;
    case 'cache-upkeep':
      return `${change.work === 'warming' ? 'Warming' : 'Maintenance'} of the cache namespace ${change.namespace}`;
    case 'aws':
      return `${change.property} of ${change.resource} (${change.service})`;
    case 'index':
      return `Index ${change.name} in ${change.database}`;
  }
}

/** What stands there, or is to. */
export const changeValueText = (value: Value): string => (value === null ? 'nothing' : JSON.stringify(value));
