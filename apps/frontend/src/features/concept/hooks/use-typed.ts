import { useState } from 'react';

/** What stands in the field of a stage, kept on this device until it is sent. */
export function useTyped(novel: string, stage: string): [string, (text: string) => void] {
  const key = `is.concept.${novel}.${stage}`;
  const [typed, setTyped] = useState({ key, text: localStorage.getItem(key) ?? '' });
  if (typed.key !== key) setTyped({ key, text: localStorage.getItem(key) ?? '' });
  const change = (text: string) => {
    setTyped({ key, text });
    if (text) localStorage.setItem(key, text);
    else localStorage.removeItem(key);
  };
  return [typed.text, change];
}
