import type { PlatformStatus } from '../../contracts/status.ts';
import { formats } from '../../pages/units.ts';
import { Ago } from '../components/moment.tsx';
import { Stats } from '../components/stats.tsx';

export function StatusFigures({ status }: { status: PlatformStatus }) {
  const { version, timestamp, parts, queues, failingChannels, deadNotifications } = status;
  const down = parts.filter(({ state }) => state === 'down');
  const dead = queues.reduce((sum, { deadLetters }) => sum + deadLetters, 0);
  const canary = parts.find(({ name }) => name === 'canary');
  return (
    <Stats
      of={[
        {
          label: 'Version',
          value: version,
          note: (
            <>
              as of <Ago at={timestamp} />
            </>
          ),
        },
        {
          label: 'Parts that are up',
          value: `${parts.length - down.length} of ${parts.length}`,
          tone: down.length === 0 ? 'good' : 'bad',
          ...(down.length === 0 ? {} : { note: down.map(({ name }) => name).join(', ') }),
        },
        {
          label: 'Canary',
          value: canary?.state,
          tone: canary === undefined ? undefined : canary.state === 'up' ? 'good' : 'bad',
          ...(canary?.latencyMs === undefined ? {} : { note: `a whole test took ${formats.ms(canary.latencyMs)}` }),
        },
        {
          label: 'Dead letters',
          value: <a href="/dashboard/tasks/dead-letters">{formats.count(dead)}</a>,
          tone: dead === 0 ? undefined : 'doubtful',
        },
        {
          label: 'Failing channels',
          value: <a href="/dashboard/alerts/channels">{formats.count(failingChannels.length)}</a>,
          ...(failingChannels.length === 0
            ? {}
            : { note: failingChannels.map(({ channelId }) => channelId).join(', '), tone: 'bad' as const }),
        },
        {
          label: 'Notifications given up',
          value: <a href="/dashboard/alerts/told?state=dead">{formats.count(deadNotifications)}</a>,
          tone: deadNotifications === 0 ? undefined : 'bad',
        },
      ]}
    />
  );
}
