const HAN = /\p{Script=Han}/gu;
const LATIN_RUN = /[\p{L}\p{N}]+(?:['’\-.][\p{L}\p{N}]+)*/gu;

/** Words of a text: each Han character counts one, each run of other letters or digits counts one. */
export function countWords(text: string): number {
  const han = text.match(HAN)?.length ?? 0;
  const rest = text.replace(HAN, ' ').match(LATIN_RUN)?.length ?? 0;
  return han + rest;
}
