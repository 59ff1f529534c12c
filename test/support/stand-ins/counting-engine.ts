import type { EngineIo, RunningEngine } from '../../../lib/load/engine/engine.ts';
import type { EnginePlan } from '../../../lib/load/engine/plan.ts';
import type { EngineOutcome, IntervalReport, ScenarioFigures } from '../../../lib/load/engine/report.ts';
import { Random } from '../../../lib/statistics/random.ts';
import { Sketch } from '../../../lib/statistics/sketch.ts';

const intervals = 3;
const requestsPerInterval = 20;

/** Stands in for the engine: sends nothing, and reports figures that follow from the plan's seed alone. */
export const startEngine = (plan: EnginePlan, io: EngineIo): RunningEngine => ({
  outcome: play(plan, io),
  leaveAt: () => {},
  places: () => ({}),
  giveBack: () => {},
});

async function play(plan: EnginePlan, io: EngineIo): Promise<EngineOutcome> {
  const random = new Random(plan.seed);
  for (let interval = 0; interval < intervals; interval++) {
    const scenarios = Object.fromEntries(plan.scenarios.map(({ name }) => [name, figures(random)]));
    io.onInterval(reportOf(interval, scenarios));
  }
  const requests = intervals * requestsPerInterval * plan.scenarios.length;
  return {
    reason: 'completed',
    startedLateMs: 0,
    elapsedMs: intervals * plan.intervalMs,
    intervals,
    requests,
    successful: requests,
    failed: 0,
    connectionFailures: 0,
    droppedArrivals: 0,
  };
}

function figures(random: Random): ScenarioFigures {
  const responseTime = new Sketch();
  for (let request = 0; request < requestsPerInterval; request++) responseTime.record(random.between(1_000, 50_000));
  return {
    requests: requestsPerInterval,
    successful: requestsPerInterval,
    failed: 0,
    statuses: { 200: requestsPerInterval },
    errors: {},
    bytesReceived: 1000,
    bytesSent: 500,
    responseTime,
    serviceTime: responseTime,
  };
}

const reportOf = (interval: number, scenarios: Record<string, ScenarioFigures>): IntervalReport => ({
  interval,
  closed: true,
  final: interval === intervals - 1,
  scenarios,
  connectionFailures: {},
  flows: {},
  connections: { opened: 1, tlsResumed: 0, connect: new Sketch(), tls: new Sketch() },
  firstByte: new Sketch(),
  activeUsers: 1,
  generator: { lagMaxMs: 1, lag: new Sketch(), eventLoopUtilizationPercent: 10, cpuPercent: 10 },
});
