/**
 * What can be done about a finding, and how much work it usually is: 1 (an afternoon, one place, easily undone) to
 * 10 (weeks, many places). The figures are judgements, and only order the list.
 */
export const remedyEfforts = {
  'add-index': 2,
  'cache-result': 2,
  'add-memory': 2,
  'add-cpu': 3,
  'join-queries': 3,
  'fix-errors': 4,
  'profile-endpoint': 6,
  'unblock-event-loop': 7,
} as const;

export type Remedy = keyof typeof remedyEfforts;
