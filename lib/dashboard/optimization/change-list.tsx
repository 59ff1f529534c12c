import type { Change, ChangeOf } from '../../contracts/optimizations.ts';
import { changePlace, changeValueText } from '../../pages/change-words.ts';

type Value = ChangeOf<'setting'>['before'];

/** From what to what. */
const FromTo = ({ from, to }: { from: Value; to: Value }) => (
  <>
    <code class="value">{changeValueText(from)}</code> → <code class="value">{changeValueText(to)}</code>
  </>
);

export const ChangeView = ({ change, from, to }: Shown) => (
  <>
    {changePlace(change)}: <Done change={change} from={from} to={to} />
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
      <li key={changePlace(change)}>
        <ChangeView change={change} />
      </li>
    ))}
  </ul>
);
