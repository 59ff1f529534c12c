import type { PlatformStatus } from '../../contracts/status.ts';
import { formats } from '../../pages/units.ts';
import { Ago } from '../components/moment.tsx';
import { Stats } from '../components/stats.tsx';

export function StatusFigures({ status: { version, timestamp, parts, queues } }: { status: PlatformStatus }) {
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
      ]}
    />
  );
}
