import { type LoadTestRequest, loadTestRequest } from '../../../contracts/load.ts';
import type { Round } from '../model.ts';
import type { Measuring } from './rounds.ts';

/** Load that most services bear: it is there to compare by, not to find a limit. Two workers tell what is theirs from what is the service's. */
const usualLoad = { users: 10, thinkTimeMs: 100, workers: 2 };
const rampUpSeconds = 2;
/** What writing one side takes at most, before its stretch begins: the test is cancelled when its round is over. */
const writeSeconds = { experiment: 0, writing: 30 } as const;
/** For what starts late. */
const slackSeconds = 30;

/** The load test that runs all through a round: as it was asked for, and as long as it takes. */
export function testOfRound(measuring: Measuring, { by, stretches }: Round, leadSeconds: number): LoadTestRequest {
  const asked = measuring.mode === 'load-test' ? measuring.loadTest : undefined;
  const seconds = stretches.reduce((sum, stretch) => sum + stretch.seconds + writeSeconds[by], 0);
  return {
    ...(asked ?? loadTestRequest.parse(usualLoad)),
    rampUpSeconds,
    durationSeconds: seconds + leadSeconds + slackSeconds,
  };
}
