/** Lines on a square of 24. */
const paths = {
  projects: 'M4 5h7v6H4zM13 5h7v6h-7zM4 13h7v6H4zM13 13h7v6h-7z',
  pulse: 'M3 12h4l3-7 4 14 3-7h4',
  key: 'M14 10a4 4 0 1 0-3.5 4L13 16.500V19h3v-2h2v-3l-4-4M8.500 9.500h.01',
  load: 'M4 18a8 8 0 1 1 16 0M12 18l4-6',
  optimization: 'M4 20V10m5 10V4m5 16v-7m5 7V7',
  alerts: 'M6 16V11a6 6 0 0 1 12 0v5l2 2H4zM10 21h4',
  cache: 'M12 3l8 4-8 4-8-4zM4 12l8 4 8-4M4 17l8 4 8-4',
  checks: 'M4 12l5 5L20 6',
  tasks: 'M9 6h11M9 12h11M9 18h11M4 6h.01M4 12h.01M4 18h.01',
  settings: 'M4 7h10M18 7h2M4 17h2M10 17h10M14 4v6M6 14v6',
  menu: 'M4 6h16M4 12h16M4 18h16',
  leave: 'M10 4H5v16h5M14 8l4 4-4 4M18 12H9',
  close: 'M6 6l12 12M18 6L6 18',
  add: 'M12 5v14M5 12h14',
  reload: 'M20 11a8 8 0 1 0-.600 4M20 5v6h-6',
  copy: 'M9 9h11v11H9zM5 15H4V4h11v1',
  up: 'M6 14l6-6 6 6',
  down: 'M6 10l6 6 6-6',
  warning: 'M12 4l9 16H3zM12 10v4M12 17h.01',
} as const;
export type IconName = keyof typeof paths;

/** Beside a text that says the same. */
export const Icon = ({ name }: { name: IconName }) => (
  <svg class="icon" viewBox="0 0 24 24" width="16" height="16" aria-hidden="true">
    <path d={paths[name]} />
  </svg>
);
