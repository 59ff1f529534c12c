import { count } from '../../contracts/figures.ts';
import { unmeasured } from '../figures.ts';
import { ageOf, type Canvas, freshness, text } from './canvas.ts';
import type { Line } from './segments.ts';
import type { MonitorState } from './state.ts';

/** What is going on, and how the last check went. */
export function workLines(state: MonitorState, canvas: Canvas, rows: number): Line[] {
  const { colours, nowMs } = canvas;
  const { checks, loadTests, tasks } = state.told;
  const isOpen = ({ status }: { status: string }): boolean => status === 'queued' || status === 'running';
  const last = checks.value?.find((each) => !isOpen(each));
  const sum = (name: 'depth' | 'running'): number =>
    (tasks.value?.priorities ?? []).reduce((total, each) => total + each[name], 0);
  const verdict = last?.status === 'passed' ? colours.green : last?.status === 'skipped' ? colours.dim : colours.red;
  const head: Line = [
    text('Work', colours.bold),
    text(
      `  tasks: ${tasks.value === undefined ? unmeasured : `${count(sum('running'))} running, ${count(sum('depth'))} waiting`}`,
    ),
    ...freshness(tasks, state, canvas),
    text('  check '),
    ...(last === undefined
      ? [text(checks.value === undefined ? '...' : 'none yet', colours.dim)]
      : [text(last.status, verdict), text(` ${ageOf(nowMs - Date.parse(last.endedAt ?? last.createdAt))} ago`)]),
    ...freshness(checks, state, canvas),
  ];
  const running = [
    ...(loadTests.value ?? [])
      .filter(isOpen)
      .map(({ kind, progressPercent, phase }) => ({ what: `load test (${kind})`, progressPercent, phase })),
    ...(checks.value ?? [])
      .filter(isOpen)
      .map(({ kind, progressPercent, pipeline }) => ({ what: pipeline ?? kind, progressPercent, phase: undefined })),
  ];
  return [
    head,
    ...running
      .slice(0, Math.max(0, rows - 1))
      .map(
        ({ what, progressPercent, phase }): Line => [
          text('  '),
          text(progressBar(progressPercent), colours.cyan),
          text(
            ` ${String(Math.round(progressPercent)).padStart(3)} %  ${what}${phase === undefined ? '' : `  ${phase}`}`,
          ),
        ],
      ),
  ];
}

const barWidth = 12;
const progressBar = (progressPercent: number): string => {
  const filled = Math.round((Math.min(100, Math.max(0, progressPercent)) / 100) * barWidth);
  return '█'.repeat(filled) + '░'.repeat(barWidth - filled);
};
