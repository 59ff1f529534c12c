import { appendFileSync } from 'node:fs';
import { type EngineIo, type RunningEngine, startEngine as realEngine } from '../../../lib/load/engine/engine.ts';
import type { EnginePlan } from '../../../lib/load/engine/plan.ts';
import type { EngineOutcome, Sample } from '../../../lib/load/engine/report.ts';

export type { EngineIo };

/**
 * The real engine, which also writes every sample to a file below /tmp, as a Lambda could. The file's name begins with the
 * stage, the one variable that a test can set to what it likes.
 */
export function startEngine(plan: EnginePlan, io: EngineIo): RunningEngine {
  const samples: Sample[] = [];
  const engine = realEngine(plan, { ...io, dumpSample: (sample) => samples.push({ ...sample }) });
  return { ...engine, outcome: engine.outcome.then((outcome) => written(outcome, plan, samples)) };
}

function written(outcome: EngineOutcome, plan: EnginePlan, samples: Sample[]): EngineOutcome {
  const file = `/tmp/headroom-samples-${process.env.HEADROOM_STAGE}-${process.pid}-${plan.seed}.jsonl`;
  appendFileSync(file, samples.map((sample) => `${JSON.stringify(sample)}\n`).join(''));
  return outcome;
}
