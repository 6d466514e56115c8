/** Label Studio: tasks to import, and the configuration that shows them. */
import { equalVerdict, type ReviewQuestion, unknownVerdict, verdictFor } from './question.ts';

const mostShown = (questions: readonly ReviewQuestion[]): number =>
  Math.max(...questions.map(({ shown }) => shown.length));

const field = (place: number): string => `response_${place + 1}`;

/** Every response has its place, also where a row has fewer: then it is empty. */
const configOf = (count: number): string => {
  const places = Array.from({ length: count }, (_, place) => place);
  const responses = places.map(
    (place) => `  <Header value="${verdictFor(place)}"/>\n  <Text name="${field(place)}" value="$${field(place)}"/>`,
  );
  const choices = [...places.map(verdictFor), equalVerdict, unknownVerdict].map(
    (value) => `    <Choice value="${value}"/>`,
  );
  return `<View>
  <Header value="Which response is better?"/>
  <Text name="prompt" value="$prompt"/>
${responses.join('\n')}
  <Choices name="verdict" toName="prompt" choice="single" required="true">
${choices.join('\n')}
  </Choices>
</View>
`;
};

function taskOf({ rank, item, prompt, shown, order, judged }: ReviewQuestion, count: number): object {
  const responses = Array.from({ length: count }, (_, place) => [field(place), shown[place] ?? '']);
  const result = (verdict: string) => [
    { from_name: 'verdict', to_name: 'prompt', type: 'choices', value: { choices: [verdict] } },
  ];
  return {
    data: { item, rank, order, prompt, ...Object.fromEntries(responses) },
    ...(judged === null ? {} : { predictions: [{ model_version: 'judge', result: result(judged) }] }),
  };
}

export const labelStudio = {
  filesOf: (questions: readonly ReviewQuestion[]) => {
    const count = mostShown(questions);
    const tasks = questions.map((question) => taskOf(question, count));
    return { 'config.xml': configOf(count), 'tasks.json': `${JSON.stringify(tasks, null, 1)}\n` };
  },
  instructions: `Make a project, paste \`config.xml\` under Labeling Interface, Code, and import \`tasks.json\`. When people have answered, export as JSON.`,
};
