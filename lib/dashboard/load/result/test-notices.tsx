import type { LoadTest } from '../../../contracts/load.ts';
import { generatorFaults, lossesInWords } from '../../../pages/load-words.ts';
import { formats } from '../../../pages/units.ts';
import { Notice } from '../../components/notice.tsx';

/** What must be known before any figure is read. */
export function TestNotices({ test: { status, reason, result } }: { test: LoadTest }) {
  const { generator, thresholds = [], totalRequests, connectionFailures = 0 } = result ?? {};
  const failed = thresholds.filter(({ holds, advisory }) => !holds && advisory !== true);
  return (
    <>
      {status === 'failed' && (
        <Notice tone="bad" title="The test failed.">
          {reason !== undefined && <p>{reason}</p>}
        </Notice>
      )}
      {status === 'cancelled' && (
        <Notice tone="doubtful" title="The test was cancelled. The figures are those of what was run.">
          {reason !== undefined && <p>{reason}</p>}
        </Notice>
      )}
      {generator !== undefined && generator.verdict !== 'ok' && (
        <Notice tone="doubtful" title={generatorFaults[generator.verdict]}>
          <ul>
            {generator.reasons.map((each) => (
              <li key={each}>{each}</li>
            ))}
          </ul>
        </Notice>
      )}
      {generator !== undefined && generator.lostShards.length > 0 && (
        <Notice tone="bad" title="A part of the load is missing:">
          <p>{lossesInWords(generator.lostShards)}</p>
        </Notice>
      )}
      {status === 'completed' && totalRequests === 0 && (
        <Notice tone="bad" title="No request was sent.">
          {connectionFailures > 0 && <p>{formats.count(connectionFailures)} connections failed.</p>}
        </Notice>
      )}
      {failed.length > 0 && status === 'completed' && (
        <Notice tone="bad" title={`${failed.length} of ${thresholds.length} thresholds failed:`}>
          <p>
            {failed.map(({ threshold }) => (
              <code key={threshold}>{threshold} </code>
            ))}
          </p>
        </Notice>
      )}
    </>
  );
}
