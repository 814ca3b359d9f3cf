const HAN = /\p{Script=Han}/gu;
const LATIN_WORD = /[\p{L}\p{N}]+(?:['’.\-‐‑][\p{L}\p{N}]+)*/gu;
const MARK = /\p{P}/gu;

/** How a text is counted; the rule in force is shown beside the count. */
export interface CountRule {
  readonly punctuation: boolean;
}

/** Latin words plus Han characters; with `punctuation`, each mark counts one as well. */
export function countWords(text: string, rule: CountRule = { punctuation: false }): number {
  const han = text.match(HAN)?.length ?? 0;
  const latin = text.replace(HAN, ' ').match(LATIN_WORD)?.length ?? 0;
  const marks = rule.punctuation ? (text.match(MARK)?.length ?? 0) : 0;
  return han + latin + marks;
}
