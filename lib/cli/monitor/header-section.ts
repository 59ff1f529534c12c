import { type Canvas, freshness, text } from './canvas.ts';
import type { Line } from './segments.ts';
import type { MonitorState } from './state.ts';

export function headerLine(state: MonitorState, canvas: Canvas): Line {
  const { colours, nowMs } = canvas;
  const { value, error } = state.told.platform;
  const down = value?.parts.filter((part) => part.state === 'down').map(({ name }) => name) ?? [];
  const health =
    error !== undefined
      ? text('no answer', colours.red)
      : value === undefined
        ? text('...', colours.dim)
        : value.status === 'up'
          ? text('up', colours.green)
          : text(`degraded${down.length === 0 ? '' : `: ${down.join(', ')} down`}`, colours.red);
  return [
    text(`Headroom ${value?.version ?? ''}`.trimEnd(), colours.bold),
    text(`  ${new Date(nowMs).toISOString().slice(11, 19)} UTC  `),
    health,
    ...freshness(state.told.platform, state, canvas),
    text(`  ${state.apiUrl}`, colours.dim),
  ];
}

/** Each failure once, with what is missing by it. */
export function errorLines({ told }: MonitorState, { colours }: Canvas): Line[] {
  const bySentence = new Map<string, string[]>();
  for (const [name, { error }] of Object.entries(told)) {
    if (error !== undefined) bySentence.set(error, [...(bySentence.get(error) ?? []), name]);
  }
  const missing = (names: readonly string[]): string =>
    names.length === Object.keys(told).length ? '' : `${names.join(', ')}: `;
  return [...bySentence].map(([sentence, names]): Line => [text(`! ${missing(names)}${sentence}`, colours.red)]);
}
