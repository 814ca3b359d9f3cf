import '@fontsource-variable/inter';
import '@fontsource-variable/literata';
import './shared/ui/tokens.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app/app';
import { startLanguage } from './shared/i18n/setup';
import { followSystemTheme } from './shared/ui/theme';

followSystemTheme();
await startLanguage();
const root = document.getElementById('root');
if (root) {
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
}
