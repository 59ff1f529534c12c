import { useState } from 'preact/hooks';
import lazy, { ErrorBoundary } from 'preact-iso/lazy';
import { LocationProvider } from 'preact-iso/router';
import { ErrorNote } from '../components/error-note.tsx';
import { Toasts } from '../components/toast.tsx';
import { SessionProvider, useSession } from '../session/session.tsx';
import { Shell } from './shell.tsx';

const SignInPage = lazy(() => import('../session/sign-in-page.tsx'));

export const App = () => (
  <SessionProvider>
    <LocationProvider scope="/dashboard">
      <Toasts>
        <SignedInOrNot />
      </Toasts>
    </LocationProvider>
  </SessionProvider>
);

function SignedInOrNot() {
  const { isSignedIn } = useSession();
  const [error, setError] = useState<Error>();
  if (error !== undefined) return <Broken error={error} />;
  return <ErrorBoundary onError={setError}>{isSignedIn ? <Shell /> : <SignInPage />}</ErrorBoundary>;
}

/** A file of the page that did not come, as after a new version was deployed, or a mistake of ours. */
const Broken = ({ error }: { error: Error }) => (
  <main class="broken">
    <h1>The page cannot be shown</h1>
    <ErrorNote error={error} retry={() => location.reload()} />
  </main>
);
