import picocolors from 'picocolors';
import type { Style } from '../style.ts';

export const plain: Style = { colors: picocolors.createColors(false), verbose: false, timeZone: 'UTC' };
export const colourful: Style = { ...plain, colors: picocolors.createColors(true) };
export const verbose: Style = { ...plain, verbose: true };
