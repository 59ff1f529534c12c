import { isNamed, strongTags } from '../../cache/conditions.ts';
import type { liveSettingsRoutes } from '../../contracts/routes/live-settings.ts';
import { signatureHeader, signedText } from '../../contracts/settings-headers.ts';
import type { Handlers } from '../../platform/http/door.ts';
import type { KeyService } from '../../platform/keys/service.ts';
import type { SettingsService } from './service.ts';

interface SettingsServices {
  settings: SettingsService;
  keys: Pick<KeyService, 'sign'>;
}

export const liveSettingsHandlers = ({
  settings,
  keys,
}: SettingsServices): Pick<Handlers<'optimization-api'>, keyof typeof liveSettingsRoutes> => ({
  getLiveSettings: async ({ params, headers, caller }) => {
    const document = await settings.document(params.project);
    const ifNoneMatch = headers['if-none-match'];
    const isKnown = ifNoneMatch !== undefined && isNamed(ifNoneMatch, document.version);
    // The body as the door writes it: a document of JSON, in the order of its fields.
    const signature = await keys.sign(
      caller.id,
      signedText(document.version, isKnown ? '' : JSON.stringify(document)),
      caller.secretOf,
    );
    const about = {
      etag: `"${document.version}"`,
      'cache-control': 'private, no-cache',
      ...(signature && { [signatureHeader]: `v1=${signature}` }),
    };
    return isKnown ? { status: 304, headers: about } : { status: 200, headers: about, body: document };
  },
  putLiveSettings: async ({ params, headers, body, caller: { id, name } }) => {
    const ifMatch = headers['if-match'];
    const named = ifMatch === undefined ? '*' : strongTags(ifMatch);
    const document = await settings.put(
      params.project,
      body,
      { keyId: id, name },
      (version) => named === '*' || named.includes(version),
    );
    return { status: 200, headers: { etag: `"${document.version}"` }, body: document };
  },
});
