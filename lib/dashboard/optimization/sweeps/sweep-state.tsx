import type { MemorySweepSummary } from '../../../contracts/memory-sweeps.ts';
import { Badge, type Tone } from '../../components/badge.tsx';

type Status = MemorySweepSummary['status'];

const tones: Record<Status, Tone> = { running: 'plain', completed: 'good', failed: 'bad' };

export const SweepBadge = ({ status }: { status: Status }) => <Badge tone={tones[status]}>{status}</Badge>;
