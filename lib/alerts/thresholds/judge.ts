import type { Threshold } from '../../contracts/thresholds.ts';
import { isoTime } from '../../platform/clock.ts';
import type { Observation, Shown } from '../lifecycle/observation.ts';
import { severityOf } from '../severity.ts';
import { firingReason, goneReason, silentReason } from './reasons.ts';
import type { Rule } from './rules.ts';

const minuteMs = 60_000;
/** Of the minutes looked at, so many must be beyond the threshold. */
const firingShare = 0.6;
/** So many minutes in a row below this ratio resolve. */
const resolvingMinutes = 3;
const resolvingRatio = 0.9;
/** What nothing was told of for this long is taken to be over. */
const silentMinutes = 30;
/** A percentage of 100 has no end to its ratio, and JSON has no infinity. */
const maxRatio = 100;
/** What an alert shows of its course, at least. */
const shownMinutes = 15;

/** How far back is looked at most: `forMinutes` is 60 at most. */
export const judgedMinutes = 60;

/** A figure by the minute, in order, the newest last. Undefined: nothing was told in that minute. */
export interface Course {
  /** When the minute after the newest begins, epoch milliseconds. */
  to: number;
  values: readonly (number | undefined)[];
}

/**
 * What a figure's last minutes say of it.
 *
 * It fires when at least 60 % of the last `forMinutes` minutes, and the mean of those that were told of, are beyond the
 * threshold; minutes of which nothing is told are not. It is gone when the last three minutes that were told of lie below 0.9 of
 * the threshold, or nothing was told of half an hour.
 *
 * @param known.goneAt when it was gone last, epoch milliseconds: what led to an alert that is over leads to no other
 * @param known.analysis the path of what shows more
 */
export function judge(
  rule: Rule,
  { value: threshold, forMinutes }: Threshold,
  { to, values }: Course,
  { goneAt, analysis }: { goneAt?: number | undefined; analysis?: string } = {},
): Observation {
  const at = to - minuteMs;
  const ratioOf = (value: number): number => Math.min(maxRatio, rule.ratio(value, threshold));
  const told = values.filter((value) => value !== undefined);
  if (values.slice(-silentMinutes).every((value) => value === undefined)) {
    return { at, finds: 'gone', why: silentReason(rule, silentMinutes) };
  }
  const fresh = goneAt === undefined ? values.length : Math.max(0, Math.floor((at - goneAt) / minuteMs));
  const recent = values.slice(-Math.min(forMinutes, values.length));
  const counted = recent.slice(recent.length - Math.min(fresh, recent.length)).filter((value) => value !== undefined);
  const mean = meanOf(counted.length > 0 ? counted : told.slice(-1));
  const shown = {
    ...shownOf(rule, threshold, { to, values }, { mean, ratio: ratioOf(mean), forMinutes }),
    ...(analysis === undefined ? {} : { analysis }),
  };
  const newest = told.slice(-resolvingMinutes);
  if (newest.length === resolvingMinutes && newest.every((value) => ratioOf(value) < resolvingRatio)) {
    return { at, finds: 'gone', why: goneReason(rule, threshold, newest.at(-1) ?? mean, resolvingMinutes), shown };
  }
  const beyond = counted.filter((value) => ratioOf(value) > 1).length;
  const severity = severityOf(ratioOf(mean));
  if (beyond < Math.ceil(firingShare * forMinutes) || severity === undefined) return { at, finds: 'between', shown };
  return { at, finds: 'firing', severity, reason: firingReason(rule, threshold, mean, forMinutes), shown };
}

const meanOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

interface Found {
  mean: number;
  ratio: number;
  forMinutes: number;
}

function shownOf(rule: Rule, threshold: number, { to, values }: Course, { mean, ratio, forMinutes }: Found): Shown {
  const course = values.slice(-Math.max(shownMinutes, forMinutes));
  return {
    value: rounded(mean),
    threshold,
    ratio: rounded(ratio),
    unit: rule.unit,
    window: {
      from: isoTime(to - course.length * minuteMs),
      stepSeconds: 60,
      values: course.map((value) => (value === undefined ? null : rounded(value))),
    },
    evidence: [
      {
        metric: rule.metric,
        subject: 'service',
        from: isoTime(to - forMinutes * minuteMs),
        to: isoTime(to),
        values: { mean: rounded(mean), threshold, forMinutes },
      },
    ],
  };
}

const rounded = (value: number): number => Number(value.toFixed(3));
