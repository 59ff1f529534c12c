/** `system`: as the reader's device has it. */
export const themes = ['system', 'light', 'dark'] as const;
export type Theme = (typeof themes)[number];

const name = 'headroom-theme';

export function currentTheme(): Theme {
  const kept = localStorage.getItem(name);
  return themes.find((theme) => theme === kept) ?? 'system';
}

export function applyTheme(theme: Theme = currentTheme()): void {
  if (theme === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
}

export function chooseTheme(theme: Theme): void {
  localStorage.setItem(name, theme);
  applyTheme(theme);
}
