import { basename } from 'node:path';
import { banner } from '../../pages/banner.ts';
import { figure } from '../../pages/figures.ts';
import { type Markup, markup } from '../../pages/markup.ts';
import { plotPlaces } from '../../pages/plot-places.ts';
import { section, table } from '../../pages/table.ts';
import type { DataPage } from './data-command.ts';
import type { SeriesFound } from './series-found.ts';
import { forecastPlots, seriesPlots } from './series-plots.ts';
import {
  capitalized,
  forecastInWords,
  rangeInWords,
  seriesHeadline,
  signed,
  spacingInWords,
  trendInWords,
  unlike,
} from './series-words.ts';
import { timeInWords } from './timestamps.ts';

/** @param file as the user gave it */
export function seriesPage(found: SeriesFound, notes: readonly string[], file: string): DataPage {
  const plots = [...seriesPlots(found), ...forecastPlots(found)];
  const paragraph = (text: string): Markup => markup`<p>${text}</p>`;
  return {
    title: `Series ${basename(file)}`,
    about: [rangeInWords(found)],
    notes: [banner({ tone: 'plain', title: seriesHeadline(found) })],
    parts: [
      section(
        'series',
        'The series',
        plotPlaces(plots, ['series']),
        plotPlaces(plots, ['scores']),
        ...[...notes, ...spacingInWords(found)].map((text) => markup`<p class="note">${text}</p>`),
      ),
      section('anomalies', 'Anomalies', anomalyTable(found)),
      section('changes', 'Changes of level', changeTable(found)),
      section('trend', 'Trend', paragraph(capitalized(trendInWords(found)))),
      section(
        'forecast',
        'Forecast',
        plotPlaces(plots, ['forecast']),
        paragraph(capitalized(forecastInWords(found.forecast))),
      ),
    ],
    plots,
  };
}

const number = 'number' as const;

function anomalyTable({ anomalies }: SeriesFound): Markup {
  if (!anomalies.enough) return markup`<p>None is claimed: ${anomalies.reason}.</p>`;
  if (anomalies.found.length === 0) return markup`<p>None.</p>`;
  return table(
    'Anomalies',
    [
      { label: 'Most unusual at (UTC)' },
      { label: 'Value', kind: number },
      { label: 'Usual (99 %)', kind: number },
      { label: 'Score', kind: number },
      { label: 'What it is' },
      { label: 'From, to' },
    ],
    anomalies.found.map(({ peakAt, value, low, high, score, kind, from, to }) => ({
      cells: [
        timeInWords(peakAt),
        figure(value, 'bare'),
        markup`${figure(low, 'bare')} to ${figure(high, 'bare')}`,
        figure(score, 'bare'),
        unlike[kind],
        from === to ? timeInWords(from) : `${timeInWords(from)}, ${timeInWords(to)}`,
      ],
    })),
  );
}

function changeTable({ changes }: SeriesFound): Markup {
  if (!changes.enough) return markup`<p>None is claimed: ${changes.reason}.</p>`;
  if (changes.found.length === 0) return markup`<p>None.</p>`;
  return table(
    'Changes of level',
    [
      { label: 'First of the new level (UTC)' },
      { label: 'Before', kind: number },
      { label: 'After', kind: number },
      { label: 'By', kind: number },
      { label: '95 %', kind: number },
      { label: 'When (95 %)' },
    ],
    changes.found.map(({ atMs, before, after, changePercent, interval, earliestMs, latestMs }) => ({
      cells: [
        timeInWords(atMs),
        figure(before, 'bare'),
        figure(after, 'bare'),
        figure(changePercent, 'change'),
        interval && `${signed(interval.low)} to ${signed(interval.high)}`,
        `${timeInWords(earliestMs)} to ${timeInWords(latestMs)}`,
      ],
    })),
  );
}
