import { AnomalyDetector } from '../../../../lib/statistics/anomaly.ts';
import { Random } from '../../../../lib/statistics/random.ts';
import type { Measure } from '../../frame/run-bench.ts';

const efforts = { full: 100, quick: 25, smoke: 2 };
/** Two weeks of every five minutes, as most of NAB's series are. */
const POINTS = 4_032;
const STEP_MS = 300_000;
const BEGIN_MS = Date.UTC(2026, 0, 5);
const GOAL_PER_THOUSAND = 1;

const chiSquare3 = (random: Random): number => random.normal() ** 2 + random.normal() ** 2 + random.normal() ** 2;

/** What a series without any anomaly may look like; each gives the next value. */
const noises: Record<string, (random: Random) => (place: number) => number> = {
  normal: (random) => () => 100 + 5 * random.normal(),
  'with a memory of 0.9': (random) => {
    let state = 0;
    return () => {
      state = 0.9 * state + random.normal();
      return 100 + state;
    };
  },
  'with a daily rhythm': (random) => (place) => 100 + 50 * Math.sin((place / 288) * 2 * Math.PI) + 5 * random.normal(),
  "Student's with 3 degrees": (random) => () => random.normal() / Math.sqrt(chiSquare3(random) / 3),
  'log-normal': (random) => () => Math.exp(random.normal()),
};
/** Where a value far out is as usual as on the others it is rare, there is no goal. */
const withGoal = ['normal', 'with a memory of 0.9', 'with a daily rhythm'];

/** How often the anomaly detector alerts where nothing is. */
export const falseAlarms: Measure = {
  name: 'false-alarms',
  async run({ effort, chosen }) {
    if (chosen(['headroom']).length === 0) return { rows: [], goals: [] };
    const rows = Object.entries(noises).map(([noise, next]) => {
      const counts = Array.from({ length: efforts[effort] }, (_, seed) => alertsIn(next(new Random(seed + 1))));
      const perThousand = counts.map((count) => (1_000 * count) / POINTS);
      const value = perThousand.reduce((sum, one) => sum + one, 0) / counts.length;
      return {
        measure: `anomalies in noise, ${noise}`,
        subject: 'headroom',
        value,
        unit: 'alerts / 1,000 points',
        samples: perThousand,
        note: 'the mean of the series',
      };
    });
    const goals = rows
      .filter(({ measure }) => withGoal.some((noise) => measure.endsWith(`, ${noise}`)))
      .map(({ measure, value }) => ({
        name: measure,
        measured: value,
        goal: `<= ${GOAL_PER_THOUSAND} / 1,000`,
        holds: value <= GOAL_PER_THOUSAND,
      }));
    return { rows, goals };
  },
};

function alertsIn(next: (place: number) => number): number {
  const detector = new AnomalyDetector();
  let alerts = 0;
  for (let place = 0; place < POINTS; place++) {
    if (detector.next(BEGIN_MS + place * STEP_MS, next(place)).alert) alerts += 1;
  }
  return alerts;
}
