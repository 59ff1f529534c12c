import { useEffect, useState } from 'preact/hooks';
import { createApi } from '../api/api.ts';
import { useAction } from '../api/use-action.ts';
import { Button } from '../components/button.tsx';
import { ErrorNote } from '../components/error-note.tsx';
import { CheckField, TextField } from '../components/fields.tsx';
import { Brand } from '../shell/brand.tsx';
import { beginSignIn, finishSignIn, isCallback, type OidcOptions } from './oidc.ts';
import { useSession } from './session.tsx';

/** Stands at the address that was asked for: who has signed in sees what is there. */
export default function SignInPage() {
  const { api, signIn, isExpired } = useSession();
  const [key, setKey] = useState('');
  const [onDevice, setOnDevice] = useState(false);
  const [oidc, setOidc] = useState<OidcOptions>();

  const byKey = useAction(async () => {
    const token = key.trim();
    await createApi({ token: () => token, onUnauthenticated: () => {} }).call('getCaller');
    signIn(token, { onDevice });
  });
  const byIssuer = useAction(async (options: OidcOptions) => beginSignIn(options));
  const back = useAction(async () => signIn(await finishSignIn(), { onDevice: false }));

  useEffect(() => {
    document.title = 'Sign in · Headroom';
    if (isCallback()) void back.run();
    // Where it cannot be asked, a key may still do.
    api.call('getSignIn').then(
      (ways) => setOidc(ways.oidc),
      () => {},
    );
  }, [api, back.run]);

  const error = byKey.error ?? byIssuer.error ?? back.error;
  return (
    <main class="sign-in">
      <form
        class="card"
        onSubmit={(event) => {
          event.preventDefault();
          void byKey.run();
        }}
      >
        <Brand />
        <h1>Sign in</h1>
        {isExpired && error === undefined && <p class="note">You were signed out: the key is no longer valid.</p>}
        <ErrorNote error={error} />
        {oidc !== undefined && (
          <>
            <Button tone="primary" isPending={byIssuer.isPending || back.isPending} onClick={() => byIssuer.run(oidc)}>
              Sign in with {new URL(oidc.issuer).host}
            </Button>
            <p class="or">or</p>
          </>
        )}
        <TextField
          label="API key"
          type="password"
          name="key"
          autocomplete="current-password"
          placeholder="hr_…"
          hint={
            <>
              <code>headroom keys create</code> makes one
            </>
          }
          required
          value={key}
          onValue={setKey}
        />
        <CheckField label="Keep me signed in on this device" value={onDevice} onValue={setOnDevice} />
        <Button tone={oidc === undefined ? 'primary' : 'plain'} type="submit" isPending={byKey.isPending}>
          Sign in
        </Button>
      </form>
    </main>
  );
}
