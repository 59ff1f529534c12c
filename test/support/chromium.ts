import { type Browser, chromium } from 'playwright-core';
import { programPath } from './programs.ts';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** Of the machine's own browser; undefined where it has none. */
export const chromiumPath = (): string | undefined => programPath(...names);

/** A real browser, without a window. Whoever starts it closes it. */
export async function startChromium(): Promise<Browser> {
  const executablePath = chromiumPath();
  if (executablePath === undefined) throw new Error('there is no Chromium on PATH');
  return chromium.launch({ executablePath });
}
