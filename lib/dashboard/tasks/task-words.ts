import type { Task, TaskStatus } from '../../contracts/tasks.ts';
import type { Tone } from '../components/badge.tsx';

export const taskTones: Record<TaskStatus, Tone> = {
  queued: 'plain',
  running: 'doubtful',
  completed: 'good',
  failed: 'bad',
  cancelled: 'plain',
};

export const isUnderWay = ({ status }: Pick<Task, 'status'>): boolean => status === 'queued' || status === 'running';
