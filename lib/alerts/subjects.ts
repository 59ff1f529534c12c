import { createHash } from 'node:crypto';
import { type AlertSubject, type AlertType, deploymentGroup } from '../contracts/alerts.ts';
import type { Outgoing } from '../contracts/messages.ts';
import type { Parts } from '../platform/parts.ts';
import type { HistoryTable } from '../platform/table/history-table.ts';
import type { Stored } from '../platform/table/item.ts';
import { type Key, keys } from '../platform/table/keys.ts';
import { groupingSeconds } from './grouping.ts';
import type { SubjectState } from './lifecycle/subject.ts';
import { alertEntryItem, alertItem, retentionMs, subjectItem, subjectRetentionMs } from './model.ts';

/** Whoever changes a subject may meet others who do: they read again, and decide again. */
const attempts = 10;

export const groupOf = ({ project = deploymentGroup }: Pick<AlertSubject, 'project'>): string => project;

const keyOf = (subject: AlertSubject): Key => {
  const digest = createHash('sha256').update(subject.subject).digest('base64url');
  return keys.alertSubject(groupOf(subject), subject.type, digest);
};

const changedMessage = ({ type, subject, project }: AlertSubject): Outgoing => ({
  queue: 'alerts',
  body: { type: 'alert.changed', about: { type, subject, ...(project === undefined ? {} : { project }) } },
  delaySeconds: groupingSeconds,
});

export interface Change {
  state: SubjectState;
  /** Whether it is to be announced. */
  announce: boolean;
}

/** What is known of the subjects of alerts, and the alerts that are shown, which are copies of it. */
export class Subjects {
  readonly #table: HistoryTable;
  readonly #clock: Parts['clock'];

  constructor({ table, clock }: Pick<Parts, 'table' | 'clock'>) {
    this.#table = table;
    this.#clock = clock;
  }

  /**
   * Changes what is known of a subject, and then the copy that is shown. A crash between the two is made good by the message
   * that goes out with the first.
   *
   * @param decide by what is known now, more than once where others change it too; undefined: it stays as it is
   * @returns what is known then
   */
  async change(
    subject: AlertSubject,
    decide: (state: SubjectState | undefined) => Change | undefined,
  ): Promise<SubjectState | undefined> {
    for (let attempt = 0; attempt < attempts; attempt++) {
      const known = await this.#table.get(subjectItem, keyOf(subject));
      const decided = decide(known?.value);
      if (decided === undefined) return known?.value;
      // What is written over is shown nowhere else.
      if (known !== undefined && isOther(known.value, decided.state)) await this.show(known.value);
      const written = await this.#write(known, decided);
      if (written === undefined) continue;
      if (decided.state.change !== known?.value.change) await this.show(decided.state);
      return decided.state;
    }
    throw new Error('The subject of an alert was changed by others again and again');
  }

  async #write(
    known: Stored<SubjectState> | undefined,
    { state, announce }: Change,
  ): Promise<Stored<SubjectState> | undefined> {
    const isOpen = state.alert !== undefined && state.alert.status !== 'resolved';
    const options = {
      pending: announce ? [changedMessage(state)] : [],
      expiresAt: this.#clock() + (isOpen ? retentionMs : subjectRetentionMs),
    };
    return known === undefined
      ? this.#table.create(subjectItem, keyOf(state), state, options)
      : this.#table.replace(known, state, options);
  }

  /** Brings what is shown of the subject's alert up to what is known, unless it is further already. */
  async show({ alert, change, project }: SubjectState): Promise<void> {
    if (alert === undefined) return;
    const { alertId } = alert;
    const options = { expiresAt: this.#clock() + retentionMs };
    for (let attempt = 0; attempt < attempts; attempt++) {
      const shown = await this.#table.get(alertItem, keys.alert(alertId));
      if (shown !== undefined && shown.value.change >= change) return;
      if (shown === undefined) {
        // Before the alert: an entry without its alert is passed over, an alert without its entry would be missed.
        await this.#table.create(alertEntryItem, keys.alertEntry(groupOf({ project }), alertId), { alertId }, options);
      }
      const copy = { ...alert, change };
      const written =
        shown === undefined
          ? await this.#table.create(alertItem, keys.alert(alertId), copy, options)
          : await this.#table.replace(shown, copy, options);
      if (written !== undefined) return;
    }
    throw new Error('An alert was changed by others again and again');
  }

  async get(subject: AlertSubject): Promise<SubjectState | undefined> {
    return (await this.#table.get(subjectItem, keyOf(subject)))?.value;
  }

  /** @param type default: all */
  async of(group: string, type?: AlertType): Promise<SubjectState[]> {
    const listing = type === undefined ? keys.alertSubjects(group) : keys.alertSubjectsOf(group, type);
    const found: SubjectState[] = [];
    for await (const { value } of this.#table.all(subjectItem, listing)) found.push(value);
    return found;
  }
}

const isOther = (known: SubjectState, next: SubjectState): boolean =>
  known.alert !== undefined && known.alert.alertId !== next.alert?.alertId;
