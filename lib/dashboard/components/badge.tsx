import type { ComponentChildren } from 'preact';

export type Tone = 'good' | 'doubtful' | 'bad' | 'plain' | 'strong';

/** A state in a word: never told by its colour alone. */
export const Badge = ({ tone, title, children }: { tone: Tone; title?: string; children: ComponentChildren }) => (
  <span class={`badge ${tone}`} title={title}>
    {children}
  </span>
);

const severities = { critical: 'strong', high: 'bad', medium: 'doubtful', low: 'plain' } as const;
export type Severity = keyof typeof severities;

export const SeverityBadge = ({ severity }: { severity: Severity }) => (
  <Badge tone={severities[severity]}>{severity}</Badge>
);

export type Band = 'excellent' | 'good' | 'poor';

/** Of a score from 0 to 100. */
export const bandOf = (score: number): Band => (score >= 80 ? 'excellent' : score >= 60 ? 'good' : 'poor');

const bands = { excellent: 'good', good: 'doubtful', poor: 'bad' } as const satisfies Record<Band, Tone>;

/** @param score 0 to 100; undefined: nothing was measured */
export function ScoreBadge({ score }: { score: number | undefined }) {
  if (score === undefined) return <Badge tone="plain">no data</Badge>;
  const band = bandOf(score);
  return (
    <Badge tone={bands[band]}>
      <b>{Math.round(score)}</b> {band}
    </Badge>
  );
}
