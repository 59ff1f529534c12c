import type { Outgoing } from '../../contracts/messages.ts';
import type { StoredPipeline } from '../model.ts';

export const advanceMessage = ({ project, checkId, turn }: StoredPipeline, delaySeconds = 0): Outgoing => ({
  queue: 'checks',
  body: { type: 'pipeline.advance', project, checkId, turn },
  ...(delaySeconds === 0 ? {} : { delaySeconds }),
});
