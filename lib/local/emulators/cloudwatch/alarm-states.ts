import { alarmDatapoints, periodOf } from './alarm-datapoints.ts';
import type { AlarmStore } from './alarm-store.ts';
import { evaluateAlarm, evaluationEndMs, evaluationStartMs } from './evaluate-alarm.ts';
import type { MetricStore } from './metric-store.ts';
import type { Alarm, StateValue } from './model.ts';
import { alarmNotification } from './notification.ts';

/**
 * An alarm changed its state to `alarm.StateValue`. `notification` is the message for the topics in `actionArns`, of
 * which there are none when the alarm has no action for this state, or its actions are disabled.
 */
export type StateChangeListener = (
  alarm: Alarm,
  notification: string,
  actionArns: readonly string[],
) => void | Promise<void>;

export type AlarmStates = ReturnType<typeof keepAlarmStates>;

export function keepAlarmStates(alarms: AlarmStore, metrics: MetricStore, onStateChange: StateChangeListener) {
  /** The listener first: should it fail, the state stays, and the next evaluation tries again. */
  async function change(alarm: Alarm, state: StateValue, reason: string, data: string | undefined, nowMs: number) {
    const { StateReasonData: _, ...rest } = alarm;
    const changed: Alarm = {
      ...rest,
      StateValue: state,
      StateReason: reason,
      ...(data === undefined ? {} : { StateReasonData: data }),
      StateUpdatedTimestamp: nowMs / 1000,
    };
    if (state !== alarm.StateValue) {
      const actions = alarm.ActionsEnabled ? actionsOf(changed) : [];
      await onStateChange(changed, alarmNotification(changed, alarm.StateValue), actions);
    }
    // It may have been deleted or redefined while the listener was at work.
    const current = alarms.get(alarm.AlarmName);
    if (current?.AlarmConfigurationUpdatedTimestamp !== alarm.AlarmConfigurationUpdatedTimestamp) return;
    alarms.put({ ...changed, ActionsEnabled: current.ActionsEnabled });
  }

  return {
    change,
    /** One failing listener does not keep the other alarms from being evaluated. */
    async evaluateAll(nowMs: number): Promise<void> {
      const results = await Promise.allSettled(
        alarms.list().map(async (alarm) => {
          const timed = { ...alarm, Period: periodOf(alarm) };
          const range = { startMs: evaluationStartMs(timed, nowMs), endMs: evaluationEndMs(nowMs) };
          const evaluation = evaluateAlarm(timed, alarmDatapoints(alarm, metrics, range), nowMs);
          if (evaluation.state === alarm.StateValue) return;
          const data = JSON.stringify({
            version: '1.0',
            queryDate: new Date(nowMs).toISOString(),
            ...(alarm.Metrics === undefined
              ? { statistic: alarm.Statistic ?? alarm.ExtendedStatistic, period: alarm.Period }
              : {}),
            recentDatapoints: evaluation.datapoints.map(({ value }) => value),
            threshold: alarm.Threshold,
          });
          await change(alarm, evaluation.state, evaluation.reason, data, nowMs);
        }),
      );
      const failures = results.filter((result) => result.status === 'rejected').map(({ reason }) => reason);
      if (failures.length > 0) throw new AggregateError(failures, 'Alarm notifications could not be delivered.');
    },
  };
}

function actionsOf(alarm: Alarm): readonly string[] {
  const byState = { OK: alarm.OKActions, ALARM: alarm.AlarmActions, INSUFFICIENT_DATA: alarm.InsufficientDataActions };
  return byState[alarm.StateValue];
}
