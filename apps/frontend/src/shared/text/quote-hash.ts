import { hash } from './hash';

/** The hash by which a quote is known again, over its NFC form, in base 36. */
export function quoteHash(text: string): string {
  return hash(text.normalize('NFC')).toString(36);
}
