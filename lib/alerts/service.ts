import type { AlarmNotification, Alert } from '../contracts/alerts.ts';
import type { Page, PageQuery } from '../contracts/page.ts';
import { derivedId } from '../platform/ids.ts';
import type { Parts } from '../platform/parts.ts';
import type { Stored } from '../platform/table/item.ts';
import { keys } from '../platform/table/keys.ts';
import { type AlarmState, alarmStateItem, alertItem, retentionMs } from './model.ts';

/** Alerts: opened and resolved by what CloudWatch's alarms say, and listed. */
export class AlertService {
  readonly #table: Parts['table'];

  constructor({ table }: Pick<Parts, 'table'>) {
    this.#table = table;
  }

  async list(query: PageQuery): Promise<Page<Alert>> {
    return this.#table.page(alertItem, keys.alerts(), query, 'descending');
  }

  /**
   * At most one alert is open for an alarm. Notifications may come twice and late: one that is not newer than what the
   * alarm said last opens nothing. The alert is written before the state, under an id that the notification gives, so
   * that a crash between the two is made good by its repetition: also by one that comes when the alarm is past already.
   */
  async takeAlarm(notification: AlarmNotification): Promise<void> {
    const { AlarmName: alarm, NewStateValue: state, StateChangeTime: changedAt } = notification;
    const known = await this.#table.get(alarmStateItem, keys.alarmState(alarm));
    if (known !== undefined && known.value.changedAt >= changedAt) {
      await this.#resolveStray(notification, known.value);
      return;
    }
    const alertId = await this.#alertFor(notification, known?.value.alertId);
    const next: AlarmState = { alarm, state, changedAt, ...(alertId === undefined ? {} : { alertId }) };
    const written =
      known === undefined
        ? await this.#table.create(alarmStateItem, keys.alarmState(alarm), next)
        : await this.#table.replace(known, next);
    if (written === undefined) throw new Error('The state of this alarm was changed at the same time');
  }

  /** @returns the alert that is open now. INSUFFICIENT_DATA says nothing: what is open stays open. */
  async #alertFor(notification: AlarmNotification, open: string | undefined): Promise<string | undefined> {
    if (notification.NewStateValue === 'INSUFFICIENT_DATA') return open;
    if (notification.NewStateValue === 'ALARM') return open ?? this.#open(notification);
    if (open !== undefined) await this.#resolve(open, notification.StateChangeTime);
    return undefined;
  }

  /** The alert of a notification that was overtaken between its two writes is open, and the alarm knows nothing of it. */
  async #resolveStray(notification: AlarmNotification, { alertId, changedAt }: AlarmState): Promise<void> {
    const stray = alertIdOf(notification);
    if (notification.NewStateValue === 'ALARM' && stray !== alertId) await this.#resolve(stray, changedAt);
  }

  async #open(notification: AlarmNotification): Promise<string> {
    const { AlarmName: subject, StateChangeTime, NewStateReason } = notification;
    const alertId = alertIdOf(notification);
    const alert: Alert = {
      alertId,
      type: 'cloudwatch-alarm',
      subject,
      status: 'open',
      openedAt: StateChangeTime,
      reason: NewStateReason,
    };
    await this.#table.create(alertItem, keys.alert(alertId), alert, {
      expiresAt: Date.parse(StateChangeTime) + retentionMs,
    });
    return alertId;
  }

  async #resolve(alertId: string, resolvedAt: string): Promise<void> {
    const found: Stored<Alert> | undefined = await this.#table.get(alertItem, keys.alert(alertId));
    if (found === undefined || found.value.status === 'resolved') return;
    const written = await this.#table.replace(found, { ...found.value, status: 'resolved', resolvedAt });
    if (written === undefined) throw new Error('The alert was changed at the same time');
  }
}

const alertIdOf = ({ AlarmName, StateChangeTime }: AlarmNotification): string =>
  derivedId(Date.parse(StateChangeTime), `alarm ${AlarmName} ${StateChangeTime}`);
