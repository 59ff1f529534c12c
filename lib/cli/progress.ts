import { Presets, SingleBar } from 'cli-progress';
import type { Terminal } from './terminal.ts';

export interface Progress {
  /** @param phase what is being done; a new one is a new line where no bar can be drawn */
  show(percent: number, phase: string, figures?: string): void;
  /** Ends the bar. Must be called, whatever happened. */
  end(): void;
}

/** A bar on a terminal; elsewhere a line for each phase, and now and then one with the figures. */
export function progressOn(terminal: Terminal): Progress {
  return terminal.bars === undefined ? linesOn(terminal) : barOn(terminal.bars);
}

/** The figures beside it need some 55 columns. */
const barLength = { narrow: 16, wide: 40, from: 100 };

function barOn(stream: NodeJS.WriteStream): Progress {
  const barsize = stream.columns >= barLength.from ? barLength.wide : barLength.narrow;
  const bar = new SingleBar(
    { stream, format: '  {bar} {percentage}%  {phase}  {figures}', hideCursor: true, gracefulExit: false, barsize },
    Presets.shades_classic,
  );
  let isStarted = false;
  return {
    show(percent, phase, figures = '') {
      if (!isStarted) bar.start(100, 0, { phase, figures });
      isStarted = true;
      bar.update(Math.round(percent), { phase, figures });
    },
    end() {
      if (isStarted) bar.stop();
      isStarted = false;
    },
  };
}

/** A log keeps every line, so there are few. */
const percentBetweenLines = 25;

function linesOn(terminal: Terminal): Progress {
  let last: { phase: string; percent: number } | undefined;
  return {
    show(percent, phase, figures = '') {
      const isNew = last?.phase !== phase;
      if (!isNew && percent - (last?.percent ?? 0) < percentBetweenLines) return;
      last = { phase, percent };
      terminal.err(`  ${Math.round(percent)}%  ${[phase, figures].filter(Boolean).join('  ')}`);
    },
    end() {
      last = undefined;
    },
  };
}
