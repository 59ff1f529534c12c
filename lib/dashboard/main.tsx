import './main.css';
import { render } from 'preact';
import { takeTokenOfAddress } from './session/token-store.ts';
import { App } from './shell/app.tsx';
import { applyTheme } from './shell/theme.ts';

applyTheme();
takeTokenOfAddress();
const place = document.getElementById('dashboard');
if (place !== null) render(<App />, place);
