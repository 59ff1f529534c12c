import { expect, it } from 'vitest';
import { OutgoingFigures } from '../../../lib/sdk/telemetry/outgoing-figures.ts';

it('makes no instance of a tool that asks others for two windows, and one of what does it for longer', () => {
  const figures = new OutgoingFigures();
  const news = () => {
    figures.add({ target: 'http://a', method: 'GET', active: undefined, status: 200, durationMs: 1 });
    const hasNews = figures.hasNews();
    figures.close();
    return hasNews;
  };
  expect([news(), news(), news()]).toEqual([false, false, true]);
  expect(figures.hasNews()).toBe(false);
});
