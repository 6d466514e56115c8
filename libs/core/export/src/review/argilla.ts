/** Argilla: records, a script that makes a data set of them, and one that fetches the answers. */
import { equalVerdict, type ReviewQuestion, unknownVerdict, verdictFor } from './question.ts';

const importScript = `"""Makes a data set of records.json: python import.py NAME. Reads ARGILLA_API_URL and ARGILLA_API_KEY."""

import json
import os
import sys

import argilla as rg

with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "records.json"), encoding="utf-8") as file:
    review = json.load(file)

client = rg.Argilla(api_url=os.environ["ARGILLA_API_URL"], api_key=os.environ["ARGILLA_API_KEY"])
settings = rg.Settings(
    guidelines="Which response is better?",
    fields=[rg.TextField(name="prompt")]
    + [rg.TextField(name=name, required=False) for name in review["responses"]],
    questions=[rg.LabelQuestion(name="verdict", labels=review["labels"])],
    metadata=[rg.IntegerMetadataProperty(name="rank"), rg.TermsMetadataProperty(name="order")],
)
dataset = rg.Dataset(name=sys.argv[1], settings=settings, client=client)
dataset.create()
dataset.records.log(
    [
        rg.Record(
            id=record["item"],
            fields=record["fields"],
            metadata={"rank": record["rank"], "order": record["order"]},
            suggestions=[rg.Suggestion("verdict", record["judged"], agent="judge")] if record["judged"] else [],
        )
        for record in review["records"]
    ]
)
`;

const exportScript = `"""Fetches what people answered: python export.py NAME > answers.json. Reads ARGILLA_API_URL and ARGILLA_API_KEY."""

import json
import os
import sys

import argilla as rg

client = rg.Argilla(api_url=os.environ["ARGILLA_API_URL"], api_key=os.environ["ARGILLA_API_KEY"])
answers = [
    {
        "item": record.id,
        "rank": record.metadata["rank"],
        "order": [int(index) for index in record.metadata["order"].split(",")],
        "verdicts": [response.value for response in record.responses["verdict"]],
    }
    for record in client.datasets(sys.argv[1]).records(with_responses=True)
]
json.dump(answers, sys.stdout)
`;

const recordOf = ({ rank, item, prompt, shown, order, judged }: ReviewQuestion): object => ({
  ...{ item, rank, order: order.join(','), judged },
  fields: { prompt, ...Object.fromEntries(shown.map((text, place) => [`response_${place + 1}`, text])) },
});

export const argilla = {
  filesOf: (questions: readonly ReviewQuestion[]) => {
    const count = Math.max(...questions.map(({ shown }) => shown.length));
    const places = Array.from({ length: count }, (_, place) => place);
    const review = {
      responses: places.map((place) => `response_${place + 1}`),
      labels: [...places.map(verdictFor), equalVerdict, unknownVerdict],
      records: questions.map(recordOf),
    };
    return {
      'records.json': `${JSON.stringify(review, null, 1)}\n`,
      'import.py': importScript,
      'export.py': exportScript,
    };
  },
  instructions: `\`pip install argilla\`, set \`ARGILLA_API_URL\` and \`ARGILLA_API_KEY\`, and run \`python import.py NAME\`. When people have answered, run \`python export.py NAME > answers.json\`.`,
};
