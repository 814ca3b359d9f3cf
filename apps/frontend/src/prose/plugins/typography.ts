import { InputRule, inputRules } from '@tiptap/pm/inputrules';
import type { Plugin } from '@tiptap/pm/state';

const OPENS = '(?:^|[\\s{[(<\u2018\u201C\u2014-])';

/**
 * Typographic quotes, dashes and dots while writing Latin scripts. Undo right after gives back what
 * was typed. In Chinese nothing the author did not type is substituted: no plugin there.
 */
export function typographyPlugin(): Plugin {
  const rule = (pattern: string, result: string) => new InputRule(new RegExp(pattern, 'u'), result);
  return inputRules({
    rules: [
      rule(`${OPENS}(")$`, '\u201C'),
      rule('"$', '\u201D'),
      rule(`${OPENS}(')$`, '\u2018'),
      rule("'$", '\u2019'),
      rule('--$', '\u2014'),
      rule('\\.\\.\\.$', '\u2026'),
    ],
  });
}
