import type { Silence } from '../../contracts/alerts.ts';
import type { KeptAlert } from '../lifecycle/subject.ts';

type Matched = Pick<KeptAlert, 'project' | 'type' | 'severity' | 'subject'>;

/** The silence that an alert is under at a time, in epoch milliseconds: of several, the one that ends last. */
export const silenceOf = (alert: Matched, silences: readonly Silence[], now: number): Silence | undefined =>
  silences
    .filter((each) => Date.parse(each.startsAt) <= now && now < Date.parse(each.endsAt) && matches(each, alert))
    .reduce<Silence | undefined>(
      (last, each) => (last === undefined || each.endsAt > last.endsAt ? each : last),
      undefined,
    );

function matches({ matchers: { project, type, severity, subject } }: Silence, alert: Matched): boolean {
  return (
    (project === undefined || project === alert.project) &&
    (type === undefined || type === alert.type) &&
    (severity === undefined || severity === alert.severity) &&
    (subject === undefined || fitsPattern(subject, alert.subject))
  );
}

/**
 * Whether a text fits a pattern in which `*` stands for any text and `?` for one character. It goes back to the last `*` only, so
 * that no pattern takes longer than the product of both lengths.
 */
export function fitsPattern(pattern: string, text: string): boolean {
  let at = 0;
  let inPattern = 0;
  let star: { inPattern: number; at: number } | undefined;
  while (at < text.length) {
    const wanted = pattern[inPattern];
    if (wanted === '*') {
      star = { inPattern: ++inPattern, at };
    } else if (wanted === '?' || wanted === text[at]) {
      inPattern++;
      at++;
    } else if (star !== undefined) {
      star.at++;
      ({ inPattern, at } = star);
    } else {
      return false;
    }
  }
  return /^\**$/.test(pattern.slice(inPattern));
}
