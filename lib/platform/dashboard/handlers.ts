import { notFound } from '../errors.ts';
import type { Handlers } from '../http/door.ts';
import { dashboardPage, dashboardPolicy } from './page.ts';
import { etagOf, readSite, type SiteFile } from './site.ts';

const hardened = { 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer' };
/** Asked for again each time, and answered with 304 as long as it is the same: a new version is seen at once. */
const pageHeaders = { ...hardened, 'cache-control': 'no-cache' };
const assetHeaders = { ...hardened, 'cache-control': 'public, max-age=31536000, immutable' };
const assets = 'assets/';

interface Conditions {
  'if-none-match'?: string | undefined;
}

export interface DashboardOptions {
  /** Origins beside our own that the page may ask. */
  connects: () => Promise<readonly string[]>;
  /** Of the built site, with a slash at its end. Default: that beside the bundle. */
  directory?: URL;
}

export function dashboardHandlers({
  connects,
  directory = new URL('site/', import.meta.url),
}: DashboardOptions): Handlers<'dashboard'> {
  let reading: ReturnType<typeof read> | undefined;
  const site = () => {
    reading ??= read(directory);
    return reading;
  };
  const pageAnswer = async (page: SiteFile, conditions: Conditions) =>
    answer(page, { ...pageHeaders, 'content-security-policy': dashboardPolicy(await connects()) }, conditions);
  return {
    async getRoot() {
      return { status: 302, headers: { ...hardened, location: '/dashboard' } };
    },

    async getDashboard({ headers }) {
      return pageAnswer((await site()).page, headers);
    },

    async getDashboardPath({ params: { path }, headers }) {
      const { page, files } = await site();
      if (!path.startsWith(assets)) return pageAnswer(page, headers);
      const file = files.get(path.slice(assets.length));
      if (file === undefined) throw notFound(`The file ${path}`);
      return answer(file, assetHeaders, headers);
    },
  };
}

async function read(directory: URL) {
  const { start, files } = await readSite(directory);
  const bytes = Buffer.from(dashboardPage(start));
  const page: SiteFile = { contentType: 'text/html; charset=utf-8', etag: etagOf(bytes), bytes };
  return { page, files };
}

function answer({ etag, contentType, bytes }: SiteFile, headers: Record<string, string>, conditions: Conditions) {
  const named = conditions['if-none-match']?.split(',').map((tag) => tag.trim());
  if (named?.some((tag) => tag === etag || tag === '*')) return { status: 304, headers: { ...headers, etag } } as const;
  return { status: 200, headers: { ...headers, etag }, contentType, body: bytes } as const;
}
