import type { AlarmNotification } from '../contracts/alarm-notification.ts';
import {
  type AlertAction,
  type AlertQuery,
  type AlertSubject,
  type AlertType,
  type AlertWindow,
  deploymentGroup,
} from '../contracts/alerts.ts';
import type { Page } from '../contracts/page.ts';
import { notFound } from '../platform/errors.ts';
import type { Parts } from '../platform/parts.ts';
import type { ReportedPart } from '../platform/status/part-reports.ts';
import { filteredPage } from '../platform/table/filtered-page.ts';
import { keys } from '../platform/table/keys.ts';
import { type ActName, acts } from './lifecycle/act.ts';
import type { Finding, Observation } from './lifecycle/observation.ts';
import { observe, type Step } from './lifecycle/observe.ts';
import { isAwaited, type KeptAlert, type SubjectState } from './lifecycle/subject.ts';
import { fits, pageOfOpen } from './listing.ts';
import { alertEntryItem, alertItem, shownOf } from './model.ts';
import { alarmObservation } from './sources/alarms.ts';
import { checkObservation, type EndedCheck, saysNothing } from './sources/checks.ts';
import { partObservation } from './sources/parts.ts';
import { type Asked, answersObservation, mutedTarget } from './sources/target.ts';
import { Subjects } from './subjects.ts';

type ServiceParts = Pick<Parts, 'table' | 'clock'>;

/** Alerts: opened and resolved by what was observed, acted upon by people, and listed. */
export class AlertService {
  readonly #parts: ServiceParts;
  readonly #subjects: Subjects;

  constructor(parts: ServiceParts) {
    this.#parts = parts;
    this.#subjects = new Subjects(parts);
  }

  /** Takes what somebody has seen of a subject, however late and often it is told. */
  async observe(subject: AlertSubject, observation: Observation): Promise<void> {
    await this.#subjects.change(subject, (state) => {
      const step: Step | undefined = observe(state, subject, observation, this.#parts.clock());
      return step && { state: step.state, announce: step.event !== undefined };
    });
  }

  /** Of what is well, and was well before, nothing is kept. */
  async observeWhereItMatters(about: AlertSubject, found: Observation): Promise<void> {
    const known = await this.state(about);
    if (found.finds === 'firing' || (known !== undefined && isAwaited(known))) await this.observe(about, found);
  }

  /** What is known of a subject. Undefined: nothing was ever amiss, or not for long. */
  state(subject: AlertSubject): Promise<SubjectState | undefined> {
    return this.#subjects.get(subject);
  }

  /**
   * Takes all that somebody found who looks at a type as a whole: what fires, by subject, and that everything else of the type is
   * gone.
   *
   * @param at of which time it tells, epoch milliseconds
   */
  async takeAll(
    { project, type }: Pick<AlertSubject, 'project' | 'type'>,
    { at, firing, goneBecause }: { at: number; firing: ReadonlyMap<string, Finding>; goneBecause: string },
  ): Promise<void> {
    const of = (subject: string): AlertSubject => ({ type, subject, ...(project === undefined ? {} : { project }) });
    for (const [subject, found] of firing) await this.observe(of(subject), { at, finds: 'firing', ...found });
    for (const state of await this.#subjects.of(project ?? deploymentGroup, type)) {
      if (firing.has(state.subject) || !isAwaited(state)) continue;
      await this.observe(of(state.subject), { at, finds: 'gone', why: goneBecause });
    }
  }

  /** Ends what is open: nobody looks at it any more. @param isEnded which alerts are. Default: all */
  async endAll(project: string, why: string, isEnded: (alert: KeptAlert) => boolean = () => true): Promise<void> {
    for (const alert of await this.open(project)) {
      if (!isEnded(alert)) continue;
      const { type, subject } = alert;
      await this.observe({ type, subject, project }, { at: this.#parts.clock(), finds: 'gone', why });
    }
  }

  /** Takes how a check ended. @param at when, epoch milliseconds */
  async takeCheck(check: EndedCheck, at: number): Promise<void> {
    const { project, subject = 'check' } = check;
    const about: AlertSubject = { type: 'check-failed', subject, project };
    if (saysNothing(check, await this.state(about))) return;
    await this.observe(about, checkObservation(check, at));
  }

  /** Takes what the load test of a check says of whether its target is there. @param at when it ended, epoch milliseconds */
  async takeAnswers(project: string, testId: string, asked: Asked, at: number): Promise<void> {
    const found = answersObservation(project, testId, asked, at);
    if (found !== undefined) await this.observeWhereItMatters(mutedTarget(project), found);
  }

  /** @param of the project, undefined: it is the deployment's; and how went what the alarm looks at */
  async takeAlarm(
    said: AlarmNotification,
    { project, window }: { project?: string | undefined; window?: AlertWindow | undefined } = {},
  ): Promise<void> {
    const about = { type: 'cloudwatch-alarm', subject: said.AlarmName } as const;
    await this.observe(
      { ...about, ...(project === undefined ? {} : { project }) },
      alarmObservation(said, { project, window }),
    );
  }

  /** Takes how a part of Headroom itself is. @param at epoch milliseconds */
  async takePart(part: ReportedPart, at: number): Promise<void> {
    const about: AlertSubject = { type: 'headroom-part-down', subject: part.status.name };
    await this.observeWhereItMatters(about, partObservation(part, at));
  }

  /** @throws DomainError not-found, conflict */
  async act(name: ActName, alertId: string, { why, by }: AlertAction & { by: string }): Promise<KeptAlert> {
    const shown = await this.get(alertId);
    const given = { by, why, now: this.#parts.clock() };
    const after = await this.#subjects.change(shown, (known) => {
      const state = known?.alert === undefined ? adopted(shown) : known;
      // A subject has another alert only when this one is over.
      const alert: KeptAlert = state.alert?.alertId === alertId ? state.alert : { ...shown, status: 'resolved' };
      const next = acts[name](state, alert, given);
      return next && { state: next, announce: true };
    });
    return after?.alert?.alertId === alertId ? after.alert : this.get(alertId);
  }

  /** @throws DomainError not-found */
  async get(alertId: string): Promise<KeptAlert> {
    const found = await this.#parts.table.get(alertItem, keys.alert(alertId));
    if (found === undefined) throw notFound(`The alert ${alertId}`);
    return shownOf(found.value);
  }

  /** Those that are not resolved, the newest first. @param project undefined: the deployment's @param type default: all */
  async open(project: string | undefined, type?: AlertType): Promise<KeptAlert[]> {
    const states = await this.#subjects.of(project ?? deploymentGroup, type);
    return states
      .flatMap(({ alert }) => (alert === undefined || alert.status === 'resolved' ? [] : [alert]))
      .sort((a, b) => (a.alertId < b.alertId ? 1 : -1));
  }

  /** The newest first, of all projects and of the deployment. @param visible which projects' */
  async list(query: AlertQuery, visible: (project: string | undefined) => boolean): Promise<Page<KeptAlert>> {
    const read = async (limit: number, cursor: string | undefined) => {
      const page = await this.#parts.table.page(alertItem, keys.alerts(), { limit, cursor }, 'descending');
      return { ...page, items: page.items.map(shownOf) };
    };
    return filteredPage(read, query, (alert) => fits(alert, query) && visible(alert.project));
  }

  /** The newest first. */
  async listOf(project: string, query: AlertQuery): Promise<Page<KeptAlert>> {
    // What is open is known without looking through all that was once.
    if (query.resolved === 'false') return pageOfOpen(await this.open(project), query, keys.alertEntries(project));
    const { table } = this.#parts;
    const read = async (limit: number, cursor: string | undefined) => {
      const page = await table.page(alertEntryItem, keys.alertEntries(project), { limit, cursor }, 'descending');
      const found = await Promise.all(page.items.map(({ alertId }) => table.get(alertItem, keys.alert(alertId))));
      return { ...page, items: found.flatMap((each) => (each === undefined ? [] : [shownOf(each.value)])) };
    };
    return filteredPage(read, query, (alert) => fits(alert, query));
  }
}

/** What is known of a subject of which nothing is left but its alert. */
const adopted = (alert: KeptAlert): SubjectState => {
  const { type, subject, project, updatedAt } = alert;
  const of = { type, subject, ...(project === undefined ? {} : { project }) };
  return { ...of, alert, change: 0, observedAt: updatedAt, heldClosed: false, untoldSince: updatedAt };
};
