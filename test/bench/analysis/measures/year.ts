import { DeepAnalyses } from '../../../../lib/analysis/deep/service.ts';
import { DeepSteps } from '../../../../lib/analysis/deep/steps.ts';
import { DeepAnalysisWorker } from '../../../../lib/analysis/deep/worker.ts';
import { AnalysisService } from '../../../../lib/analysis/service.ts';
import { analysisRequest } from '../../../../lib/contracts/analysis.ts';
import { projectSettings } from '../../../../lib/contracts/projects.ts';
import { LoadHistory } from '../../../../lib/load/history-service.ts';
import { ProjectService } from '../../../../lib/projects/service.ts';
import { Random } from '../../../../lib/statistics/random.ts';
import { TelemetryHistory } from '../../../../lib/telemetry/history/service.ts';
import { TelemetryService } from '../../../../lib/telemetry/service.ts';
import { countReads } from '../../../support/counted-reads.ts';
import { startTestDynamoDb, type TestParts } from '../../../support/history-table.ts';
import { seedHistory } from '../../../support/seeded-history.ts';
import type { Measure } from '../../frame/run-bench.ts';
import { medianRow } from '../../frame/samples.ts';

const efforts = {
  full: { rounds: 5, days: 365, minutesPerHour: 60 },
  quick: { rounds: 3, days: 365, minutesPerHour: 4 },
  smoke: { rounds: 1, days: 30, minutesPerHour: 2 },
};
const GOAL_SECONDS = 10;
const GOAL_ITEMS = 1_000;
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const now = Date.parse('2026-06-30T12:30:00.000Z');

/** A year of a service that grows, with days and weeks, and a release that made it slower. */
function loadOf(random: Random) {
  return (at: number) => {
    const daysAgo = (now - at) / dayMs;
    const hour = (at / hourMs) % 24;
    const isWeekend = [0, 6].includes(new Date(at).getUTCDay());
    const growth = 1 + (365 - daysAgo) / 365;
    const daily = 1 + 0.7 * Math.sin((2 * Math.PI * (hour - 9)) / 24);
    const noise = Math.exp(0.05 * random.normal());
    return {
      requestsPerMinute: 200 * growth * daily * (isWeekend ? 0.5 : 1) * noise,
      ms: (daysAgo > 40 ? 50 : 60) * Math.exp(0.03 * random.normal()),
    };
  };
}

/** How long a deep analysis of a year takes, 525,600 minutes in rollups, and how many items it reads. */
export const year: Measure = {
  name: 'year',
  async run({ effort, chosen }) {
    if (chosen(['headroom']).length === 0) return { rows: [], goals: [] };
    const { rounds, days, minutesPerHour } = efforts[effort];
    const dynamoDb = await startTestDynamoDb();
    try {
      const parts = await dynamoDb.createParts({ now });
      await new ProjectService(parts).put('bench', projectSettings.parse({ baseUrl: 'http://127.0.0.1:1' }));
      const span = { days, hourDays: Math.min(30, days), minuteHours: 48 };
      await seedHistory({
        table: parts.table,
        project: 'bench',
        now,
        load: loadOf(new Random(1)),
        minutesPerHour,
        ...span,
      });
      const reads = countReads(parts.client);
      const seconds: number[] = [];
      const items: number[] = [];
      for (let round = 0; round < rounds; round++) {
        const readBefore = reads.items;
        const began = performance.now();
        await analyseDeep(parts);
        seconds.push((performance.now() - began) / 1_000);
        items.push(reads.items - readBefore);
      }
      const subject = `${days} days`;
      const rows = [
        medianRow('deep analysis', subject, 's', seconds),
        medianRow('deep analysis, items read', subject, 'items', items),
      ];
      const [time = Number.NaN, read = Number.NaN] = rows.map(({ value }) => value);
      return {
        rows,
        goals: [
          { name: 'deep analysis of a year', measured: time, goal: `< ${GOAL_SECONDS} s`, holds: time < GOAL_SECONDS },
          { name: 'items read for it', measured: read, goal: `<= ${GOAL_ITEMS}`, holds: read <= GOAL_ITEMS },
        ],
      };
    } finally {
      await dynamoDb.stop();
    }
  },
};

/** With all that its functions do: started, led through its steps by its messages, and shown. */
async function analyseDeep(parts: TestParts): Promise<void> {
  const projects = new ProjectService(parts);
  const telemetry = new TelemetryService(parts, projects);
  const steps = new DeepSteps(parts, {
    projects,
    telemetry,
    history: new TelemetryHistory(telemetry, projects, parts.clock),
    loadTests: new LoadHistory(parts),
    aws: { resources: () => Promise.reject(new Error('The project has none')) },
  });
  const worker = new DeepAnalysisWorker(parts, steps);
  const { analysisId } = await new DeepAnalyses(parts, projects).start(
    'bench',
    analysisRequest.parse({ depth: 'deep' }),
  );
  for (let sent = parts.sent.splice(0); sent.length > 0; sent = parts.sent.splice(0)) {
    for (const message of sent) if (message.queue === 'analyses') await worker.advance(message.body);
  }
  const made = await new AnalysisService(parts, { projects, telemetry }).get('bench', analysisId);
  if (made.status !== 'completed') throw new Error(`The analysis is ${made.status}`);
}
