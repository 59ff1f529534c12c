import { anomaliesIn } from '../../analysis/history/anomalies.ts';
import { lastDays } from '../../analysis/history/range.ts';
import { usualSeries } from '../../analysis/history/series.ts';
import type { ObjectiveService } from '../../analysis/objectives/service.ts';
import type { AnalysisViews } from '../../analysis/views/service.ts';
import type { ChangePoints } from '../../contracts/history-analysis/change-points.ts';
import type { ProjectService } from '../../projects/service.ts';
import type { TelemetryHistory } from '../../telemetry/history/service.ts';
import { levels, startOf } from '../../telemetry/rollups/levels.ts';
import type { AlertService } from '../service.ts';
import { unusual } from './anomalies.ts';
import { burning } from './budget-burn.ts';
import { regressed } from './regressions.ts';

interface Services {
  projects: ProjectService;
  objectives: ObjectiveService;
  history: TelemetryHistory;
  views: AnalysisViews;
  alerts: AlertService;
}

type Source = (project: string, at: number) => Promise<void>;

/** So many days by the hour, as the view of anomalies looks at. */
const anomalyDays = 14;

/** What is looked at less often than each minute, because it reads more. */
export class AlertSources {
  readonly #services: Services;

  constructor(services: Services) {
    this.#services = services;
  }

  /** Looks at all that is due in a minute. One that fails keeps none of the others from its turn. @param minute epoch milliseconds */
  async look(project: string, minute: number): Promise<void> {
    if ((await this.#services.projects.retention(project)) === undefined) return;
    const failures: unknown[] = [];
    for (const { isDue, look } of this.#sources) {
      const time = new Date(minute);
      if (!isDue(time.getUTCHours(), time.getUTCMinutes())) continue;
      try {
        await look(project, minute);
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw new AggregateError(failures, 'Some sources of alerts could not be looked at');
  }

  /** What change points say, whoever looked for them. @param at epoch milliseconds */
  async takeChanges(project: string, changes: ChangePoints, at: number): Promise<void> {
    await this.#services.alerts.takeAll(
      { project, type: 'regression' },
      {
        at,
        firing: regressed(project, changes),
        goneBecause: 'The level has come back, or it has become the usual one.',
      },
    );
  }

  readonly #lookAtBudgets: Source = async (project, at) => {
    const { objectives, alerts } = this.#services;
    const firing = burning(project, await objectives.evaluate(project, at));
    const goneBecause = 'The error budget is no longer spent too fast.';
    await alerts.takeAll({ project, type: 'budget-burn' }, { at, firing, goneBecause });
  };

  readonly #lookForAnomalies: Source = async (project, at) => {
    const { history, alerts } = this.#services;
    const to = startOf('hour', at);
    const period = { ...lastDays(to, anomalyDays, 'hour'), to };
    const firing = unusual(project, anomaliesIn(await usualSeries(history, project, 'hour', period)));
    await alerts.takeAll({ project, type: 'anomaly' }, { at, firing, goneBecause: 'It is as it usually is.' });
  };

  readonly #lookForChanges: Source = async (project, at) =>
    this.takeChanges(project, await this.#services.views.changePoints(project, {}), at);

  readonly #sources: readonly { isDue: (hour: number, minute: number) => boolean; look: Source }[] = [
    { isDue: (_, minute) => minute % 5 === 0, look: this.#lookAtBudgets },
    // When the hour before is settled.
    { isDue: (_, minute) => minute === levels.hour.settlesAfterMs / 60_000 + 5, look: this.#lookForAnomalies },
    // When the day before is.
    {
      isDue: (hour, minute) => hour === 0 && minute === levels.day.settlesAfterMs / 60_000 + 15,
      look: this.#lookForChanges,
    },
  ];
}
