import type { ChannelTest } from '../../contracts/channels.ts';
import { useAction } from '../api/use-action.ts';
import { Button } from '../components/button.tsx';
import { useToast } from '../components/toast.tsx';
import { useAllowed, useApi } from '../session/session.tsx';

interface TestChannelButtonProps {
  channelId: string;
  onTested: (test: ChannelTest) => void;
}

/** Sends a notification that says that it is a test. */
export function TestChannelButton({ channelId, onTested }: TestChannelButtonProps) {
  const api = useApi();
  const tell = useToast();
  const { reason } = useAllowed('testChannel');
  const test = useAction(async () => {
    try {
      onTested(await api.call('testChannel', { params: { channelId } }));
    } catch (error) {
      tell((error as Error).message, 'bad');
    }
  });
  return (
    <Button disabledBecause={reason} isPending={test.isPending} onClick={() => test.run()}>
      Test
    </Button>
  );
}
