import { median, medianRow } from '../../frame/samples.ts';
import { watcherNames } from '../watchers.ts';
import { overhead, paired } from './overhead.ts';

const title = "Fastify's hello world";
const maxUs = 1.5;
const maxShare = 1 / 12;

/** Where the least is done, what watching costs shows most. */
export const hello = overhead({
  name: 'hello',
  title,
  path: '/hello',
  judge(samples) {
    const added = watcherNames
      .filter((watcher) => watcher !== 'nothing' && samples.has(watcher))
      .map((watcher) => {
        const us = paired(samples, [watcher, 'nothing'], (a, b) => a.cpuUs - b.cpuUs);
        return medianRow(`${title}, added a request`, watcher, 'us', us);
      });
    const ours = added.find(({ subject }) => subject === 'headroom');
    const theirs = added.find(({ subject }) => subject === 'opentelemetry metrics');
    if (ours === undefined) return { rows: added, goals: [] };
    const goals = [
      { name: `${title}, added by headroom`, measured: ours.value, goal: `<= ${maxUs} us`, holds: ours.value <= maxUs },
    ];
    if (theirs === undefined) return { rows: added, goals };
    const share = median(ours.samples) / median(theirs.samples);
    const besides = {
      name: `${title}, added, to opentelemetry metrics`,
      measured: share,
      goal: `<= ${maxShare.toFixed(3)}x`,
      holds: share <= maxShare,
    };
    return { rows: added, goals: [...goals, besides] };
  },
});
