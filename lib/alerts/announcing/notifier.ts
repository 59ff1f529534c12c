import type { AlertNotification, AlertSubject, AnnouncedAlert } from '../../contracts/alerts.ts';
import type { Outgoing } from '../../contracts/messages.ts';
import { isoTime } from '../../platform/clock.ts';
import type { Parts } from '../../platform/parts.ts';
import type { Stored } from '../../platform/table/item.ts';
import { keys } from '../../platform/table/keys.ts';
import { ChannelDirectory } from '../channels/directory.ts';
import { deliverMessage } from '../delivery/message.ts';
import { groupingSeconds } from '../grouping.ts';
import type { SubjectState } from '../lifecycle/subject.ts';
import { alertItem, type Group, groupItem, notificationEntryItem, notificationItem, retentionMs } from '../model.ts';
import { silenceOf } from '../silences/matching.ts';
import type { SilenceService } from '../silences/service.ts';
import { groupOf, Subjects } from '../subjects.ts';
import { inhibitorOf, tellingOf, unfinishedOf } from './due.ts';
import { notificationOf, type ToTell } from './notification.ts';

/** Of a group, at most one notification in this time. */
const pauseMs = 5 * 60_000;
/** SQS delays no longer; what is woken up too early waits again. */
const longestDelaySeconds = 900;

/**
 * Tells of a group's alerts. The notification is written first, under the number after the last one; then the subjects, by what it
 * says of them; then the group, which is done with it. Whoever finds a notification of the next number goes on with that one, so
 * whatever is cut off half way is told once, under one id.
 */
export class Notifier {
  readonly #parts: Pick<Parts, 'table' | 'clock'>;
  readonly #subjects: Subjects;
  readonly #silences: SilenceService;
  readonly #channels: ChannelDirectory;

  constructor(parts: Pick<Parts, 'table' | 'clock'>, silences: SilenceService) {
    this.#parts = parts;
    this.#subjects = new Subjects(parts);
    this.#silences = silences;
    this.#channels = new ChannelDirectory(parts.table);
  }

  /** Shows what became of a subject's alert, where that was cut off, and tells of it. */
  async changed(about: AlertSubject): Promise<void> {
    const state = await this.#subjects.get(about);
    if (state !== undefined) await this.#subjects.show(state);
    await this.notify(groupOf(about));
  }

  /** Tells what is due. What is not due yet is looked at again when it is. */
  async notify(group: string): Promise<void> {
    const { table, clock } = this.#parts;
    const known = await table.get(groupItem, keys.alertGroup(group));
    const sequence = (known?.value.sequence ?? 0) + 1;
    const begun = await table.get(notificationItem, keys.notification(group, sequence));
    const notification = begun?.value ?? (await this.#compose(group, sequence, known));
    if (notification === undefined) return;
    await this.#mark(notification);
    const { createdAt: notifiedAt, remaining } = notification;
    await this.#putGroup(group, known, { sequence, notifiedAt });
    if (remaining > 0) await this.#wake(group, await table.get(groupItem, keys.alertGroup(group)), clock() + pauseMs);
  }

  /** @returns undefined when there is nothing to tell, or not yet */
  async #compose(
    group: string,
    sequence: number,
    known: Stored<Group> | undefined,
  ): Promise<AlertNotification | undefined> {
    const { table, clock } = this.#parts;
    const now = clock();
    // In a storm of changes each has its message, and all but one find that another one comes.
    if (known?.value.wakeAt !== undefined && Date.parse(known.value.wakeAt) > now) return undefined;
    const due = await this.#due(await this.#subjects.of(group), now);
    if (due.length === 0) return undefined;
    const since = Math.min(...due.map(({ state }) => Date.parse(state.untoldSince)));
    const pauseEnds = known?.value.notifiedAt === undefined ? now : Date.parse(known.value.notifiedAt) + pauseMs;
    const at = Math.max(pauseEnds, since + groupingSeconds * 1000);
    if (at > now) {
      await this.#wake(group, known, at);
      return undefined;
    }
    const made = notificationOf(group, sequence, due, now);
    const expiresAt = now + retentionMs;
    const channels = await this.#channels.hearing(made);
    // Before the notification: an entry without it is passed over, a notification without its entry would not be found.
    const { notificationId } = made;
    const entry = { notificationId, group, sequence };
    await table.create(notificationEntryItem, keys.notificationEntry(notificationId), entry, { expiresAt });
    const written = await table.create(
      notificationItem,
      keys.notification(group, sequence),
      { ...made, channels },
      { expiresAt, pending: channels.map((channelId) => deliverMessage({ group, sequence, channelId })) },
    );
    if (written !== undefined) return made;
    return (await table.get(notificationItem, keys.notification(group, sequence)))?.value;
  }

  async #due(states: readonly SubjectState[], now: number): Promise<(ToTell & { state: SubjectState })[]> {
    const found = (await Promise.all(states.map((state) => this.#toTell(state, now)))).flat();
    if (found.length === 0) return [];
    const alerts = states.flatMap(({ alert }) => alert ?? []);
    const silences = await this.#silences.all();
    return found.filter(
      ({ alert }) => silenceOf(alert, silences, now) === undefined && inhibitorOf(alert, alerts) === undefined,
    );
  }

  async #toTell(state: SubjectState, now: number): Promise<(ToTell & { state: SubjectState })[]> {
    const telling = tellingOf(state, now);
    const unfinished = unfinishedOf(state);
    const over = unfinished === undefined ? undefined : await this.#parts.table.get(alertItem, keys.alert(unfinished));
    return [
      ...(over?.value.status === 'resolved' ? [{ state, alert: over.value, telling: 'change' as const }] : []),
      ...(state.alert === undefined || telling === undefined ? [] : [{ state, alert: state.alert, telling }]),
    ];
  }

  /** The subjects know what was told of them: what the notification says, whatever became of them since. */
  async #mark({ project, sequence, createdAt, alerts }: AlertNotification): Promise<void> {
    // Of a subject with two alerts, the newer one counts: nobody opens one before the other is over.
    const newest = new Map(alerts.toSorted(byId).map((each) => [`${each.type} ${each.subject}`, each]));
    for (const { alertId, type, subject, status, severity } of newest.values()) {
      const of = { type, subject, ...(project === undefined ? {} : { project }) };
      await this.#subjects.change(of, (state) => {
        if (state === undefined || (state.announced?.sequence ?? 0) >= sequence) return undefined;
        const announced = { alertId, status, severity, at: createdAt, sequence };
        return { state: { ...state, announced }, announce: false };
      });
    }
  }

  /** Only one message waits for a group, however many come too early. */
  async #wake(group: string, known: Stored<Group> | undefined, at: number): Promise<void> {
    const { clock } = this.#parts;
    const now = clock();
    const delaySeconds = Math.min(longestDelaySeconds, Math.ceil((at - now) / 1000));
    const message: Outgoing = { queue: 'alerts', body: { type: 'alert.notify', group }, delaySeconds };
    await this.#putGroup(group, known, { sequence: 0, ...known?.value, wakeAt: isoTime(now + delaySeconds * 1000) }, [
      message,
    ]);
  }

  /** Where another one was faster, it did the same. */
  async #putGroup(
    group: string,
    known: Stored<Group> | undefined,
    value: Group,
    pending: readonly Outgoing[] = [],
  ): Promise<void> {
    const { table } = this.#parts;
    if (known === undefined) await table.create(groupItem, keys.alertGroup(group), value, { pending });
    else await table.replace(known, value, { pending });
  }
}

const byId = (a: AnnouncedAlert, b: AnnouncedAlert): number => (a.alertId < b.alertId ? -1 : 1);
