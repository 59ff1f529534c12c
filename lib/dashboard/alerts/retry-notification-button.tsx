import { useAction } from '../api/use-action.ts';
import { Button } from '../components/button.tsx';
import { useToast } from '../components/toast.tsx';
import { useAllowed, useApi } from '../session/session.tsx';

interface RetryNotificationButtonProps {
  notificationId: string;
  onDone: () => void;
}

export function RetryNotificationButton({ notificationId, onDone }: RetryNotificationButtonProps) {
  const api = useApi();
  const tell = useToast();
  const { reason } = useAllowed('retryNotification');
  const retry = useAction(async () => {
    try {
      await api.call('retryNotification', { params: { notificationId } });
      tell('It is sent once more.');
      onDone();
    } catch (error) {
      tell((error as Error).message, 'bad');
    }
  });
  return (
    <Button disabledBecause={reason} isPending={retry.isPending} onClick={() => retry.run()}>
      Try again
    </Button>
  );
}
