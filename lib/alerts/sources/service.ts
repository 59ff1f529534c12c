import { z } from 'zod';
import { anomaliesIn } from '../../analysis/history/anomalies.ts';
import { courseOf } from '../../analysis/history/course.ts';
import { lastDays } from '../../analysis/history/range.ts';
import { usualSeries } from '../../analysis/history/series.ts';
import type { ObjectiveService } from '../../analysis/objectives/service.ts';
import type { AnalysisViews } from '../../analysis/views/service.ts';
import type { ChangePoints } from '../../contracts/history-analysis/change-points.ts';
import { isoTime } from '../../platform/clock.ts';
import type { Parts } from '../../platform/parts.ts';
import type { ItemType } from '../../platform/table/item.ts';
import { keys } from '../../platform/table/keys.ts';
import type { ProjectService } from '../../projects/service.ts';
import type { TelemetryHistory } from '../../telemetry/history/service.ts';
import { levels, startOf } from '../../telemetry/rollups/levels.ts';
import type { Finding } from '../lifecycle/observation.ts';
import type { AlertService } from '../service.ts';
import { unusual } from './anomalies.ts';
import { burnFinding, burning } from './budget-burn.ts';
import { regressed } from './regressions.ts';

interface Services {
  projects: ProjectService;
  objectives: ObjectiveService;
  history: TelemetryHistory;
  views: AnalysisViews;
  alerts: AlertService;
}

type Source = (project: string, at: number) => Promise<void>;
type SourceName = 'budgets' | 'anomalies' | 'changes';
interface Timed {
  everyMs: number;
  afterMs: number;
  look: Source;
}

/** For when each was looked at last, epoch milliseconds. */
const looked = z.object({ budgets: z.number(), anomalies: z.number(), changes: z.number() }).partial();
type Looked = z.output<typeof looked>;
const lookedItem: ItemType<Looked> = { name: 'AlertSources', version: 1, schema: looked };

const minuteMs = 60_000;
const retentionMs = 7 * 24 * 60 * minuteMs;

/** So many days by the hour, as the view of anomalies looks at. */
const anomalyDays = 14;

/** What is looked at less often than each minute, because it reads more. */
export class AlertSources {
  readonly #parts: Pick<Parts, 'table' | 'clock'>;
  readonly #services: Services;

  constructor(parts: Pick<Parts, 'table' | 'clock'>, services: Services) {
    this.#parts = parts;
    this.#services = services;
  }

  /**
   * Looks at all that is due by a minute and was not looked at yet: a minute that nobody evaluated loses none. One that fails keeps
   * none of the others from its turn, and is due still.
   * @param minute epoch milliseconds
   */
  async look(project: string, minute: number): Promise<void> {
    if ((await this.#services.projects.retention(project)) === undefined) return;
    const { table, clock } = this.#parts;
    const key = keys.alertSources(project);
    const known = await table.get(lookedItem, key);
    const after: Looked = { ...known?.value };
    const failures: unknown[] = [];
    for (const [name, source] of Object.entries(this.#sources) as [SourceName, Timed][]) {
      const due = lastDue(minute, source);
      if ((after[name] ?? Number.NEGATIVE_INFINITY) >= due) continue;
      try {
        await source.look(project, minute);
        after[name] = due;
      } catch (error) {
        failures.push(error);
      }
    }
    const options = { expiresAt: clock() + retentionMs };
    // Who looked at the same time found the same.
    if (known === undefined) await table.create(lookedItem, key, after, options);
    else if (JSON.stringify(after) !== JSON.stringify(known.value)) await table.replace(known, after, options);
    if (failures.length > 0) throw new AggregateError(failures, 'Some sources of alerts could not be looked at');
  }

  /** What change points say, whoever looked for them. @param at epoch milliseconds */
  async takeChanges(project: string, changes: ChangePoints, at: number): Promise<void> {
    const { alerts, views } = this.#services;
    const { from, resolution } = changes;
    await alerts.takeAll(
      { project, type: 'regression' },
      {
        at,
        firing: regressed(project, changes, await views.course(project, { from, resolution })),
        goneBecause: 'The level has come back, or it has become the usual one.',
      },
    );
  }

  readonly #lookAtBudgets: Source = async (project, at) => {
    const { objectives, alerts } = this.#services;
    const firing = new Map<string, Finding>();
    for (const found of burning(await objectives.evaluate(project, at))) {
      const { from, stepSeconds, burnRates } = await objectives.burnCourse(project, found.budget, found.burn, at);
      const window = { metric: 'burnRate', from: isoTime(from), stepSeconds, values: burnRates };
      firing.set(found.budget.description, burnFinding(project, found, window));
    }
    const goneBecause = 'The error budget is no longer spent too fast.';
    await alerts.takeAll({ project, type: 'budget-burn' }, { at, firing, goneBecause });
  };

  readonly #lookForAnomalies: Source = async (project, at) => {
    const { history, alerts } = this.#services;
    const to = startOf('hour', at);
    const period = { ...lastDays(to, anomalyDays, 'hour'), to };
    const series = await usualSeries(history, project, 'hour', period);
    const firing = unusual(project, anomaliesIn(series), courseOf(series));
    await alerts.takeAll({ project, type: 'anomaly' }, { at, firing, goneBecause: 'It is as it usually is.' });
  };

  readonly #lookForChanges: Source = async (project, at) =>
    this.takeChanges(project, await this.#services.views.changePoints(project, {}), at);

  /** When each is to be looked at: from so long after the start of a period on, once for each. */
  readonly #sources: Record<SourceName, Timed> = {
    budgets: { everyMs: 5 * minuteMs, afterMs: 0, look: this.#lookAtBudgets },
    // When the hour before is settled.
    anomalies: {
      everyMs: levels.hour.ms,
      afterMs: levels.hour.settlesAfterMs + 5 * minuteMs,
      look: this.#lookForAnomalies,
    },
    // When the day before is.
    changes: { everyMs: levels.day.ms, afterMs: levels.day.settlesAfterMs + 15 * minuteMs, look: this.#lookForChanges },
  };
}

/** The last time at which something was due, at or before a minute; in UTC, epoch milliseconds. */
const lastDue = (minute: number, { everyMs, afterMs }: Timed): number =>
  Math.floor((minute - afterMs) / everyMs) * everyMs + afterMs;
