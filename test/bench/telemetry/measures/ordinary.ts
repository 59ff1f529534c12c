import { median, medianRow } from '../../frame/samples.ts';
import { watcherNames } from '../watchers.ts';
import { overhead, paired } from './overhead.ts';

const title = 'an ordinary service';
const maxLossPercent = 1;
const maxShare = 0.1;

/** About half a millisecond of work a request: what is lost of its throughput. */
export const ordinary = overhead({
  name: 'ordinary',
  title,
  path: '/products/17',
  judge(samples) {
    const lost = watcherNames
      .filter((watcher) => watcher !== 'nothing' && samples.has(watcher))
      .map((watcher) => {
        const percent = paired(
          samples,
          [watcher, 'nothing'],
          (a, b) => 100 * (1 - a.requestsPerSecond / b.requestsPerSecond),
        );
        return medianRow(`${title}, throughput lost`, watcher, '%', percent);
      });
    const lossOf = (watcher: string) => lost.find(({ subject }) => subject === watcher)?.value;
    const noise = lossOf('an empty register');
    const ours = lossOf('headroom');
    if (ours === undefined || noise === undefined) return { rows: lost, goals: [] };
    const overNoise = median(
      paired(
        samples,
        ['headroom', 'an empty register'],
        (a, b) => 100 * (1 - a.requestsPerSecond / b.requestsPerSecond),
      ),
    );
    const goals = [
      {
        name: `${title}, throughput lost over an empty register`,
        measured: overNoise,
        goal: `<= ${maxLossPercent} %`,
        holds: overNoise <= maxLossPercent,
      },
    ];
    const theirs = lossOf('opentelemetry metrics');
    if (theirs === undefined) return { rows: lost, goals };
    const share = Math.max(0, overNoise) / theirs;
    const besides = {
      name: `${title}, throughput lost, to opentelemetry metrics`,
      measured: share,
      goal: `<= ${maxShare}x`,
      holds: share <= maxShare,
    };
    return { rows: lost, goals: [...goals, besides] };
  },
});
