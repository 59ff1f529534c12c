import type { Change, ChangeOf } from '../../contracts/optimizations.ts';

type Value = ChangeOf<'setting'>['before'];

/** Where a change is made. */
export function placeOf(change: Change): string {
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

const written = (value: Value): string => (value === null ? 'nothing' : JSON.stringify(value));

/** From what to what. */
const FromTo = ({ from, to }: { from: Value; to: Value }) => (
  <>
    <code class="value">{written(from)}</code> → <code class="value">{written(to)}</code>
  </>
);

export const ChangeView = ({ change, from, to }: Shown) => (
  <>
    {placeOf(change)}: <Done change={change} from={from} to={to} />
  </>
);

interface Shown {
  change: Change;
  from?: Value | undefined;
  to?: Value | undefined;
}

function Done({ change, from, to }: Shown) {
  switch (change.kind) {
    case 'index':
      return <code class="value">{change.create}</code>;
    case 'cache-upkeep':
      return <>once, and for good</>;
    default:
      return <FromTo from={from ?? change.before} to={to ?? change.after} />;
  }
}

/** What is changed where, from what to what. */
export const ChangeList = ({ changes }: { changes: readonly Change[] }) => (
  <ul class="changes">
    {changes.map((change) => (
      <li key={placeOf(change)}>
        <ChangeView change={change} />
      </li>
    ))}
  </ul>
);
