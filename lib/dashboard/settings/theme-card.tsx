import { Card } from '../components/card.tsx';
import { ThemeSwitch } from '../shell/theme-switch.tsx';

export const ThemeCard = () => (
  <Card title="Colours">
    <div class="fields">
      <p>Auto is as your device has it. The choice is kept in this browser.</p>
      <div class="theme">
        <ThemeSwitch />
      </div>
    </div>
  </Card>
);
