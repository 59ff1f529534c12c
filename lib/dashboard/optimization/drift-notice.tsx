import type { Drift } from '../../contracts/optimization-runs.ts';
import { changePlace } from '../../pages/change-words.ts';
import { Notice } from '../components/notice.tsx';

/** What Headroom had put in place, and somebody has changed since. */
export const DriftNotice = ({ drifted }: { drifted: readonly Drift[] }) =>
  drifted.length === 0 ? null : (
    <Notice tone="doubtful" title="What was kept is there no more:">
      <ul>
        {drifted.map(({ id, change, detail }) => (
          <li key={`${id} ${changePlace(change)}`}>
            {changePlace(change)}: {detail}
          </li>
        ))}
      </ul>
    </Notice>
  );
