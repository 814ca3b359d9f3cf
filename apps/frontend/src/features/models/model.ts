import type { ModelRead, ProviderCreate } from '@/shared/api/types';

export const ROLES = ['worldsmith', 'director', 'writer', 'editor', 'librarian', 'quick'] as const;
export type Role = (typeof ROLES)[number];

export interface Preset {
  id: string;
  /** A proper name, the same in every language. */
  name: string;
  kind: ProviderCreate['kind'];
  /** Absent where the provider has one fixed address that the server knows. */
  baseUrl?: string;
  /** A server on the author's own machine usually asks for no key. */
  local?: boolean;
}

const COMPATIBLE = 'openai_compatible' as const;

/** Addresses that save typing; each stays editable and is sent exactly as it stands. */
export const PRESETS: readonly Preset[] = [
  { id: 'openai', name: 'OpenAI', kind: 'openai' },
  { id: 'anthropic', name: 'Anthropic', kind: 'anthropic' },
  { id: 'google', name: 'Gemini', kind: 'google' },
  { id: 'mistral', name: 'Mistral', kind: 'mistral' },
  { id: 'openrouter', name: 'OpenRouter', kind: 'openrouter' },
  { id: 'deepseek', name: 'DeepSeek', kind: 'deepseek' },
  { id: 'groq', name: 'Groq', kind: 'groq' },
  {
    id: 'qwen',
    name: 'Qwen',
    kind: COMPATIBLE,
    baseUrl: 'https://dashscope.aliyuncs.com/compatible-mode/v1',
  },
  { id: 'moonshot', name: 'Moonshot', kind: COMPATIBLE, baseUrl: 'https://api.moonshot.cn/v1' },
  {
    id: 'zhipu',
    name: 'Zhipu',
    kind: COMPATIBLE,
    baseUrl: 'https://open.bigmodel.cn/api/paas/v4',
  },
  {
    id: 'siliconflow',
    name: 'SiliconFlow',
    kind: COMPATIBLE,
    baseUrl: 'https://api.siliconflow.cn/v1',
  },
  { id: 'ollama', name: 'Ollama', kind: 'ollama', baseUrl: 'http://127.0.0.1:11434', local: true },
  {
    id: 'lmstudio',
    name: 'LM Studio',
    kind: COMPATIBLE,
    baseUrl: 'http://127.0.0.1:1234/v1',
    local: true,
  },
  { id: 'vllm', name: 'vLLM', kind: COMPATIBLE, baseUrl: 'http://127.0.0.1:8000/v1', local: true },
  {
    id: 'llamacpp',
    name: 'llama.cpp',
    kind: COMPATIBLE,
    baseUrl: 'http://127.0.0.1:8080/v1',
    local: true,
  },
  { id: 'other', name: 'OpenAI-compatible', kind: COMPATIBLE, baseUrl: 'https://' },
];

export interface ModelChoice {
  endpoint_id: string;
  model: string;
}

/** A role's models with one moved a place up or down; where that cannot be, as they were. */
export function moved(
  choices: readonly ModelChoice[],
  at: number,
  by: -1 | 1,
): readonly ModelChoice[] {
  const [one, other] = [choices[at], choices[at + by]];
  if (!one || !other) return choices;
  return choices.map((choice, index) => (index === at ? other : index === at + by ? one : choice));
}

/** A role's models with a further one for when those before it fail; a model stands there once. */
export function withFurther(choices: readonly ModelChoice[], key: string): readonly ModelChoice[] {
  return choices.some((choice) => choiceKey(choice) === key)
    ? choices
    : [...choices, choiceOf(key)];
}

/** One string for a choice, for the value of a select. */
export function choiceKey(choice: ModelChoice): string {
  return `${choice.endpoint_id} ${choice.model}`;
}

export function choiceOf(key: string): ModelChoice {
  const blank = key.indexOf(' ');
  return { endpoint_id: key.slice(0, blank), model: key.slice(blank + 1) };
}

/** The models of one provider kind stand together, the demo model first. */
export function sortModels(models: readonly ModelRead[], locale: string): ModelRead[] {
  const collator = new Intl.Collator(locale, { numeric: true });
  return [...models].sort(
    (one, other) =>
      Number(other.demo) - Number(one.demo) ||
      collator.compare(one.provider_label, other.provider_label) ||
      collator.compare(one.model, other.model),
  );
}
