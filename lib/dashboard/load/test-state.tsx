import type { LoadTestStatus } from '../../contracts/load.ts';
import type { GeneratorSummary } from '../../contracts/load-result.ts';
import { generatorVerdicts } from '../../pages/load-words.ts';
import { Badge, type Tone } from '../components/badge.tsx';

const tones: Record<LoadTestStatus, Tone> = {
  queued: 'plain',
  running: 'plain',
  completed: 'good',
  cancelled: 'doubtful',
  failed: 'bad',
};

export const isUnderWay = ({ status }: { status: LoadTestStatus }): boolean =>
  status === 'queued' || status === 'running';

export const StatusBadge = ({ status }: { status: LoadTestStatus }) => <Badge tone={tones[status]}>{status}</Badge>;

const shortVerdicts = { ok: 'kept up', limited: 'limited', 'limited-by-this-machine': 'limited' } as const;

/** Whether the figures are the target's, or the generator's own. */
export const GeneratorBadge = ({ verdict }: Pick<GeneratorSummary, 'verdict'>) => (
  <Badge tone={verdict === 'ok' ? 'good' : 'doubtful'} title={`The load generator ${generatorVerdicts[verdict]}.`}>
    {shortVerdicts[verdict]}
  </Badge>
);
