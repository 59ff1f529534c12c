import type { Alert } from '../contracts/alerts.ts';
import type { Clock } from '../platform/clock.ts';
import { inhibitorOf } from './announcing/due.ts';
import type { KeptAlert } from './lifecycle/subject.ts';
import type { AlertService } from './service.ts';
import { silenceOf } from './silences/matching.ts';
import type { SilenceService } from './silences/service.ts';

/** Alerts as they are shown: with what keeps them from being announced now. */
export class AlertView {
  readonly #clock: Clock;
  readonly #alerts: AlertService;
  readonly #silences: SilenceService;

  constructor(clock: Clock, { alerts, silences }: { alerts: AlertService; silences: SilenceService }) {
    this.#clock = clock;
    this.#alerts = alerts;
    this.#silences = silences;
  }

  async shown(alerts: readonly KeptAlert[]): Promise<Alert[]> {
    const open = alerts.filter(({ status }) => status !== 'resolved');
    if (open.length === 0) return [...alerts];
    const silences = await this.#silences.all();
    const projects = [...new Set(open.map(({ project }) => project))];
    const down = (await Promise.all(projects.map((project) => this.#alerts.open(project, 'target-down')))).flat();
    const now = this.#clock();
    return alerts.map((alert) => {
      if (alert.status === 'resolved') return alert;
      const silence = silenceOf(alert, silences, now);
      const inhibitor = inhibitorOf(alert, down);
      return {
        ...alert,
        ...(silence === undefined ? {} : { silencedBy: silence.silenceId }),
        ...(inhibitor === undefined ? {} : { inhibitedBy: inhibitor.alertId }),
      };
    });
  }

  async one(alert: KeptAlert): Promise<Alert> {
    const [shown = alert] = await this.shown([alert]);
    return shown;
  }
}
