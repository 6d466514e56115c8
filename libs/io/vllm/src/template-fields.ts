import type { ChatRequest } from '@proofmill/contract';

type TemplateArguments = ChatRequest['chatTemplateKwargs'];

export interface TemplateFields {
  chat_template_kwargs?: TemplateArguments;
}

/** Arguments for the chat template, if there are any: servers other than vLLM may not know the field. */
export function templateFields(given: TemplateArguments): TemplateFields {
  for (const _ in given) return { chat_template_kwargs: given };
  return {};
}
