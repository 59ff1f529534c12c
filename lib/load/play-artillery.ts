import { type ArtilleryThread, prepareArtillery } from './artillery/run.ts';
import { parseScript } from './artillery/script.ts';
import { storeMetrics } from './artillery/shard-metrics.ts';
import { seedOf } from './plan.ts';
import type { Play } from './worker.ts';

/**
 * By Artillery's own engine. The thread for a script is made ready before there is one, so that the time that loading takes
 * is over when the test begins, and takes nothing from one that is being played.
 */
export function artilleryPlayer(): Play {
  let spare: ArtilleryThread | undefined = prepareArtillery();
  return ({ run, traffic, step, shard, fromMs }, io) => {
    const target = run.targets[step.target];
    if (target === undefined) throw new Error(`The run ${run.testId} has no target ${step.target}`);
    if (traffic.script === undefined) throw new Error(`The run ${run.testId} has no script`);
    const { protocol, hostname, port } = target;
    const plan = {
      script: parseScript(traffic.script, target),
      target: { protocol, hostname, port },
      ...{ worker: shard, workers: run.workers, fromMs, intervalMs: run.intervalSeconds * 1000 },
      seed: seedOf(run.testId),
    };
    const thread = spare ?? prepareArtillery();
    spare = undefined;
    const { outcome, leaveAt } = thread.play(plan, io);
    const prepareNext = (): void => {
      spare ??= prepareArtillery();
    };
    outcome.then(prepareNext, prepareNext);
    return {
      leaveAt,
      outcome: outcome.then(({ metrics, ...figures }) => ({
        ...figures,
        artillery: storeMetrics(metrics),
      })),
    };
  };
}
