/** Broken records as they occur in real exports. Each fails alone, with its class and line, and affects no other record. */
export const broken: readonly string[] = [
  '{"id":"bad-1","question":"What is the boiling point of water at sea level?","response_A":"100 °C","respon',
  JSON.stringify({
    id: 'bad-2',
    question: 'Name a noble gas.',
    response_A: 'Neon is one.',
    label: 'A>B',
    source: 'facts',
  }),
  JSON.stringify({
    id: 'bad-3',
    question: 'Name a prime number above 10.',
    responses: [],
    label: 'A>B',
    source: 'facts',
  }),
  JSON.stringify({
    id: 'bad-4',
    question: 'What is 2 + 2?',
    response_A: '4',
    response_B: '5',
    label: 'C',
    source: 'arithmetic',
  }),
  JSON.stringify(['id', 'question', 'response_A', 'response_B', 'label']),
  JSON.stringify({ id: 'bad-6', question: '', response_A: 'Yes.', response_B: 'No.', label: 'B>A', source: 'facts' }),
];
