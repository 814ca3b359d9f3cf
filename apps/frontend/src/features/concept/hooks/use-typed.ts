import { useState } from 'react';

/** What stands in the field of a stage, kept on this device until it is sent. */
export function useTyped(
  novel: string,
  stage: string,
): [text: string, change: (text: string) => void, sent: (what: string) => void] {
  const key = `is.concept.${novel}.${stage}`;
  const [typed, setTyped] = useState({ key, text: localStorage.getItem(key) ?? '' });
  if (typed.key !== key) setTyped({ key, text: localStorage.getItem(key) ?? '' });
  const change = (text: string) => {
    setTyped({ key, text });
    if (text) localStorage.setItem(key, text);
    else localStorage.removeItem(key);
  };
  // What was typed while the message was on its way stays.
  const sent = (what: string) => {
    const now = localStorage.getItem(key) ?? '';
    if (now.startsWith(what)) change(now.slice(what.length).trimStart());
  };
  return [typed.text, change, sent];
}
