import { PID_PATTERN } from '@/shared/text/pids';

/** The schema version written into every scene; a higher one opens read-only. */
export const SCHEMA_VERSION = 1;

type JsonRule = Readonly<Record<string, unknown>>;

/** One attribute: the value a new node gets, and the rule for its value on the wire. */
export interface AttributeRule {
  readonly initial: string | number | boolean | null | readonly string[];
  readonly json: JsonRule;
}

const text: AttributeRule = { initial: '', json: { type: 'string' } };
const optionalText: AttributeRule = { initial: null, json: { type: ['string', 'null'] } };

/** The block id. Null only between an edit and the plugin that gives it one, never on the wire. */
export const pid: AttributeRule = {
  initial: null,
  json: { type: 'string', pattern: PID_PATTERN },
};

/** Every attribute of every node and mark of version 1, in one place for both sides. */
export const ATTRIBUTES: Readonly<Record<string, Readonly<Record<string, AttributeRule>>>> = {
  scene: {
    id: { initial: null, json: { type: 'string', minLength: 1, maxLength: 64 } },
    schema: { initial: SCHEMA_VERSION, json: { const: SCHEMA_VERSION } },
  },
  paragraph: {
    pid,
    align: { initial: null, json: { enum: [null, 'center', 'right'] } },
    form: { initial: null, json: { enum: [null, 'verse', 'letter'] } },
  },
  heading: { pid, level: { initial: 2, json: { enum: [2, 3] } } },
  blockquote: { pid },
  sceneBreak: { pid },
  beat: {
    pid,
    beatId: optionalText,
    covers: { initial: [], json: { type: 'array', items: { type: 'string' } } },
  },
  image: { pid, upload: text, alt: text },
  footnote: { id: text, text },
  mention: { entry: text, label: text },
  lang: { code: text },
  link: { href: text },
  comment: { id: text },
  origin: {
    run: optionalText,
    call: optionalText,
    state: { initial: 'generated', json: { enum: ['generated', 'edited'] } },
    demo: { initial: false, json: { type: 'boolean' } },
  },
};
