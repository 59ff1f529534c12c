import { type Content, type Markup, markup } from './markup.ts';

export interface Banner {
  tone: 'plain' | 'good' | 'doubtful' | 'bad';
  title: Content;
  text?: Content;
}

export const banner = ({ tone, title, text }: Banner): Markup =>
  markup`<div class="banner ${tone}" role="note"><strong>${title}</strong> ${text}</div>`;
