import { usePolled } from '../../api/use-polled.ts';
import { Card } from '../../components/card.tsx';
import { Empty } from '../../components/empty.tsx';
import { Loaded } from '../../components/loaded.tsx';
import { Moment } from '../../components/moment.tsx';
import { Notice } from '../../components/notice.tsx';
import { Skeleton } from '../../components/skeleton.tsx';
import { useApi } from '../../session/session.tsx';

const everyMs = 15_000;

/** What a service with the SDK follows without a deploy. */
export function SettingsCard({ project }: { project: string }) {
  const api = useApi();
  const settings = usePolled(
    async (signal) => {
      const found = await api.call('getLiveSettings', { params: { project }, signal });
      // It is answered with nothing to who says what he has, which a page does not.
      if (found === undefined) throw new Error('Headroom answered no settings.');
      return found;
    },
    [project],
    { everyMs },
  );
  return (
    <Card title="Live settings in force">
      <Loaded of={settings} skeleton={<Skeleton heightPx={120} />}>
        {({ settings: inForce, version, experiment }) => (
          <>
            {experiment !== undefined && (
              <Notice tone="plain" title="Two of them are being compared.">
                <p>
                  In {experiment.order.length} slices of {experiment.sliceSeconds} s, from{' '}
                  <Moment at={experiment.startsAt} />.
                </p>
              </Notice>
            )}
            {Object.keys(inForce).length === 0 ? (
              <Empty title="None: the service goes by its own" />
            ) : (
              // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys
              <pre tabIndex={0}>{JSON.stringify(inForce, null, 2)}</pre>
            )}
            <p class="note">
              Version <code>{version}</code>
            </p>
          </>
        )}
      </Loaded>
    </Card>
  );
}
