import type { SiteStart } from './site.ts';

export const assetsPath = '/dashboard/assets';

/** A bar below a line: what there is room for. */
const icon = `data:image/svg+xml,${encodeURIComponent(
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" fill="#2860c4"/>' +
    '<path d="M7 8h18" stroke="#fff" stroke-width="2.5" stroke-linecap="round"/>' +
    '<path d="M10 25v-6M16 25v-10M22 25v-7" stroke="#fff" stroke-width="4" stroke-linecap="round"/></svg>',
)}`;

/** The one page of the dashboard: its script shows what the address says. Nothing is drawn before it, so nothing flashes. */
export const dashboardPage = ({ script, style, preloads }: SiteStart): string => `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>Headroom</title>
    <link rel="icon" href="${icon}">
    <link rel="stylesheet" href="${assetsPath}/${style}">
${preloads.map((name) => `    <link rel="modulepreload" href="${assetsPath}/${name}">\n`).join('')}    <script type="module" blocking="render" src="${assetsPath}/${script}"></script>
  </head>
  <body>
    <div id="dashboard"></div>
    <noscript>The dashboard needs JavaScript. All that it shows can also be asked for with the command headroom, and over <a href="/docs">the HTTP API</a>.</noscript>
  </body>
</html>
`;

/**
 * Nothing from elsewhere; no script and no style but our own files. The icon is a `data:` image.
 * @param connects origins beside our own that the page may ask
 */
export const dashboardPolicy = (connects: readonly string[]): string =>
  [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    ["connect-src 'self'", ...connects].join(' '),
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
