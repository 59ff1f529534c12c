import type { MessageOf, Outgoing } from '../../contracts/messages.ts';
import type { StoredRun } from './model.ts';

export type RunMessage = Extract<MessageOf<'optimizations'>, { type: 'optimization.advance' }>;

/** What leads a run on from the turn at which it stands. */
export const advanceMessage = ({ project, runId, turn }: StoredRun, delaySeconds?: number): Outgoing => ({
  queue: 'optimizations',
  body: { type: 'optimization.advance', project, runId, turn },
  ...(delaySeconds === undefined ? {} : { delaySeconds }),
});
