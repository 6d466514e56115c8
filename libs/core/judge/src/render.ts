/** From an item to the messages a judge is sent. Candidate text goes in as a value: nothing in it is read as a template. */
import { Template } from '@huggingface/jinja';
import type { Item, Message, Order, Profile } from '@proofmill/contract';

/** Renders a profile's messages for one item; `winner` is the letter that a prover is to justify. */
export type Renderer = (item: Pick<Item, 'prompt' | 'responses'>, order: Order, winner?: 'A' | 'B') => Message[];

/** Compiles a profile's templates once. Throws when one of them is not valid Jinja. */
export function rendererOf(profile: Profile): Renderer {
  const templates = profile.messages.map((message) => ({
    role: message.role,
    template: new Template(message.template),
  }));
  return (item, order, winner) => {
    const values = {
      question: questionOf(item.prompt),
      response_a: item.responses[order[0] ?? 0] ?? '',
      response_b: item.responses[order[1] ?? 1] ?? '',
      winner: winner ?? '',
    };
    return templates.map(({ role, template }) => ({ role, content: template.render(values) }));
  };
}

const speakers: Record<string, string> = { user: 'User', assistant: 'Assistant', system: 'System' };

/** A single user turn as it is; a conversation turn by turn, each with its speaker. */
export function questionOf(prompt: readonly Message[]): string {
  const [only] = prompt;
  if (prompt.length === 1 && only?.role === 'user') return only.content;
  return prompt.map((turn) => `${speakers[turn.role] ?? turn.role}: ${turn.content}`).join('\n\n');
}
