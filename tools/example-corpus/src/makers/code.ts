/** Short functions, one of them with a bug that is known by construction. */
import { type Chance, dress, type Maker } from './draft.ts';

interface Task {
  readonly language: 'python' | 'javascript' | 'sql' | 'bash';
  readonly asked: readonly string[];
  readonly right: readonly string[];
  readonly wrong: readonly string[];
  readonly why: string;
}

const tasks: readonly Task[] = [
  {
    language: 'python',
    asked: [
      'Write a Python function factorial(n) for n >= 0.',
      'I need n! in plain Python, as a function called factorial, no imports.',
    ],
    right: [
      'def factorial(n):\n    result = 1\n    for i in range(2, n + 1):\n        result *= i\n    return result',
      'def factorial(n):\n    return 1 if n < 2 else n * factorial(n - 1)',
    ],
    wrong: [
      'def factorial(n):\n    result = 1\n    for i in range(1, n):\n        result *= i\n    return result',
      'def factorial(n):\n    result = 0\n    for i in range(1, n + 1):\n        result *= i\n    return result',
    ],
    why: 'The faulty loop either leaves out n itself or starts the product at 0, so factorial(3) is not 6.',
  },
  {
    language: 'python',
    asked: [
      'Write is_palindrome(text) in Python. It should ignore upper and lower case and spaces.',
      'Python: check whether a sentence is a palindrome, case and blanks do not matter.',
    ],
    right: [
      'def is_palindrome(text):\n    letters = text.replace(" ", "").lower()\n    return letters == letters[::-1]',
    ],
    wrong: [
      'def is_palindrome(text):\n    return text == text[::-1]',
      'def is_palindrome(text):\n    letters = text.replace(" ", "")\n    return letters == letters[::-1]',
    ],
    why: 'Without lower() "Never odd or even" is not recognised, although case was to be ignored.',
  },
  {
    language: 'python',
    asked: [
      'Give me a Python function that returns the largest number of a non-empty list without using max().',
      'How would I find the maximum of a non-empty list of numbers in Python by hand, negative numbers included?',
    ],
    right: [
      'def largest(numbers):\n    best = numbers[0]\n    for number in numbers[1:]:\n        if number > best:\n            best = number\n    return best',
    ],
    wrong: [
      'def largest(numbers):\n    best = 0\n    for number in numbers:\n        if number > best:\n            best = number\n    return best',
    ],
    why: 'Starting at 0 gives 0 for a list of negative numbers such as [-3, -7].',
  },
  {
    language: 'python',
    asked: ['FizzBuzz from 1 to 100 in Python, please.', 'Can you write the classic FizzBuzz (1 to 100) in Python?'],
    right: [
      'for i in range(1, 101):\n    if i % 15 == 0:\n        print("FizzBuzz")\n    elif i % 3 == 0:\n        print("Fizz")\n    elif i % 5 == 0:\n        print("Buzz")\n    else:\n        print(i)',
    ],
    wrong: [
      'for i in range(1, 101):\n    if i % 3 == 0:\n        print("Fizz")\n    elif i % 5 == 0:\n        print("Buzz")\n    elif i % 15 == 0:\n        print("FizzBuzz")\n    else:\n        print(i)',
      'for i in range(1, 100):\n    print("Fizz" * (i % 3 == 0) + "Buzz" * (i % 5 == 0) or i)',
    ],
    why: 'Testing 3 before 15 never prints FizzBuzz, and range(1, 100) stops at 99.',
  },
  {
    language: 'python',
    asked: [
      'Write mean(values) in Python that returns 0 for an empty list.',
      'A Python average function, please. An empty list should give 0.',
    ],
    right: [
      'def mean(values):\n    if not values:\n        return 0\n    return sum(values) / len(values)',
      'def mean(values):\n    return sum(values) / len(values) if values else 0',
    ],
    wrong: [
      'def mean(values):\n    total = 0\n    for value in values:\n        total += value\n    return total / len(values)',
      'def mean(values):\n    return sum(values) // max(len(values), 1)',
    ],
    why: 'It has to survive an empty list and must not cut off decimals: dividing by len([]) raises, and // turns 2.5 into 2.',
  },
  {
    language: 'python',
    asked: [
      'Remove duplicates from a Python list but keep the original order.',
      'How do I dedupe a list in Python without losing the order of first appearance?',
    ],
    right: [
      'def unique(items):\n    return list(dict.fromkeys(items))',
      'def unique(items):\n    seen = set()\n    result = []\n    for item in items:\n        if item not in seen:\n            seen.add(item)\n            result.append(item)\n    return result',
    ],
    wrong: ['def unique(items):\n    return list(set(items))', 'def unique(items):\n    return sorted(set(items))'],
    why: 'A set does not keep the order of the list, and sorting replaces it by another.',
  },
  {
    language: 'python',
    asked: [
      'Python function is_leap(year), Gregorian rules.',
      'Write is_leap(year) in Python for the Gregorian calendar.',
    ],
    right: ['def is_leap(year):\n    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)'],
    wrong: [
      'def is_leap(year):\n    return year % 4 == 0',
      'def is_leap(year):\n    return year % 4 == 0 and year % 100 != 0',
    ],
    why: '1900 was not a leap year and 2000 was one, so both the 100 and the 400 rule are needed.',
  },
  {
    language: 'python',
    asked: ['Write is_prime(n) in Python.', 'I want a simple prime test in Python: is_prime(n) -> bool.'],
    right: [
      'def is_prime(n):\n    if n < 2:\n        return False\n    i = 2\n    while i * i <= n:\n        if n % i == 0:\n            return False\n        i += 1\n    return True',
    ],
    wrong: [
      'def is_prime(n):\n    for i in range(2, n):\n        if n % i == 0:\n            return False\n    return True',
      'def is_prime(n):\n    if n < 2:\n        return False\n    for i in range(2, int(n ** 0.5)):\n        if n % i == 0:\n            return False\n    return True',
    ],
    why: '1 is not prime, and the divisor equal to the square root has to be tried, or 9 and 25 pass as prime.',
  },
  {
    language: 'python',
    asked: [
      'Split a list into chunks of size n in Python; the last chunk may be shorter.',
      'Python helper chunks(items, n) that returns all items in lists of at most n?',
    ],
    right: ['def chunks(items, n):\n    return [items[i:i + n] for i in range(0, len(items), n)]'],
    wrong: [
      'def chunks(items, n):\n    return [items[i * n:(i + 1) * n] for i in range(len(items) // n)]',
      'def chunks(items, n):\n    return [items[i:i + n] for i in range(0, len(items) - n, n)]',
    ],
    why: 'The faulty one drops the items at the end; chunks([1, 2, 3], 2) has to include [3].',
  },
  {
    language: 'python',
    asked: [
      'Count how often each word occurs in a text, in Python, without importing anything.',
      'Write word_counts(text) in Python, returning a dict, no imports.',
    ],
    right: [
      'def word_counts(text):\n    counts = {}\n    for word in text.split():\n        counts[word] = counts.get(word, 0) + 1\n    return counts',
    ],
    wrong: [
      'def word_counts(text):\n    counts = {}\n    for word in text.split():\n        counts[word] = 1\n    return counts',
      'def word_counts(text):\n    counts = {}\n    for word in text:\n        counts[word] = counts.get(word, 0) + 1\n    return counts',
    ],
    why: 'The counts must go up with each occurrence, and the text has to be split, or single characters are counted.',
  },
  {
    language: 'python',
    asked: [
      'Write a Python function append_item(item, items) where items is optional and defaults to a new empty list.',
      'append_item(item, items=...) in Python: appends and returns the list, a fresh one if none is given. How?',
    ],
    right: [
      'def append_item(item, items=None):\n    if items is None:\n        items = []\n    items.append(item)\n    return items',
    ],
    wrong: ['def append_item(item, items=[]):\n    items.append(item)\n    return items'],
    why: 'A default of [] is created once and shared by all calls, so the second call sees the item of the first.',
  },
  {
    language: 'javascript',
    asked: ['Sort an array of numbers ascending in JavaScript.', 'How do I sort [10, 9, 1] numerically in JS?'],
    right: ['const sorted = [...numbers].sort((a, b) => a - b);'],
    wrong: ['const sorted = [...numbers].sort();', 'const sorted = [...numbers].sort((a, b) => a > b);'],
    why: 'Without a numeric comparator the numbers are compared as strings, and one that returns true or false never says "smaller".',
  },
  {
    language: 'javascript',
    asked: ['Write clamp(value, min, max) in JavaScript.', 'JS one-liner to keep a value between min and max?'],
    right: ['const clamp = (value, min, max) => Math.min(max, Math.max(min, value));'],
    wrong: [
      'const clamp = (value, min, max) => Math.max(max, Math.min(min, value));',
      'const clamp = (value, min, max) => Math.min(min, Math.max(max, value));',
    ],
    why: 'With min and max mixed up, clamp(5, 0, 10) gives 10 or 0 instead of 5.',
  },
  {
    language: 'javascript',
    asked: [
      'JavaScript function that counts the vowels (a, e, i, o, u) in a string, upper case included.',
      'countVowels(text) in JS, please. "Otto" should give 2.',
    ],
    right: [
      'function countVowels(text) {\n  return (text.match(/[aeiou]/gi) ?? []).length;\n}',
      "function countVowels(text) {\n  return [...text.toLowerCase()].filter((letter) => 'aeiou'.includes(letter)).length;\n}",
    ],
    wrong: [
      'function countVowels(text) {\n  return (text.match(/[aeiou]/g) ?? []).length;\n}',
      'function countVowels(text) {\n  return text.match(/[aeiou]/i).length;\n}',
    ],
    why: '"Otto" has two vowels; a pattern without i misses the capital, and one without g stops at the first match.',
  },
  {
    language: 'javascript',
    asked: [
      'fib(n) in JavaScript with fib(0) = 0 and fib(1) = 1, iterative.',
      'Iterative Fibonacci in JS. fib(0) is 0, fib(10) is 55.',
    ],
    right: [
      'function fib(n) {\n  let [a, b] = [0, 1];\n  for (let i = 0; i < n; i++) [a, b] = [b, a + b];\n  return a;\n}',
    ],
    wrong: [
      'function fib(n) {\n  let [a, b] = [0, 1];\n  for (let i = 0; i < n; i++) [a, b] = [b, a + b];\n  return b;\n}',
      'function fib(n) {\n  let [a, b] = [1, 1];\n  for (let i = 0; i < n; i++) [a, b] = [b, a + b];\n  return a;\n}',
    ],
    why: 'fib(0) has to be 0; the faulty version is one number ahead and gives 1.',
  },
  {
    language: 'javascript',
    asked: ['Greatest common divisor of two positive integers in JavaScript.', 'Write gcd(a, b) in JS (Euclid).'],
    right: [
      'function gcd(a, b) {\n  while (b !== 0) [a, b] = [b, a % b];\n  return a;\n}',
      'const gcd = (a, b) => (b === 0 ? a : gcd(b, a % b));',
    ],
    wrong: [
      'function gcd(a, b) {\n  while (b !== 0) [a, b] = [b, a % b];\n  return b;\n}',
      'const gcd = (a, b) => (b === 0 ? a : gcd(a, a % b));',
    ],
    why: 'Euclid ends with b at 0 and the divisor in a; returning b gives 0, and keeping a in place never gets there.',
  },
  {
    language: 'javascript',
    asked: [
      'Binary search in a sorted array of numbers, JavaScript; return the index or -1.',
      'indexOf for a sorted array in JS with binary search, -1 when missing.',
    ],
    right: [
      'function search(list, wanted) {\n  let low = 0;\n  let high = list.length - 1;\n  while (low <= high) {\n    const middle = (low + high) >> 1;\n    if (list[middle] === wanted) return middle;\n    if (list[middle] < wanted) low = middle + 1;\n    else high = middle - 1;\n  }\n  return -1;\n}',
    ],
    wrong: [
      'function search(list, wanted) {\n  let low = 0;\n  let high = list.length - 1;\n  while (low < high) {\n    const middle = (low + high) >> 1;\n    if (list[middle] === wanted) return middle;\n    if (list[middle] < wanted) low = middle + 1;\n    else high = middle - 1;\n  }\n  return -1;\n}',
      'function search(list, wanted) {\n  let low = 0;\n  let high = list.length;\n  while (low < high) {\n    const middle = (low + high) >> 1;\n    if (list[middle] === wanted) return middle;\n    if (list[middle] < wanted) low = middle;\n    else high = middle;\n  }\n  return -1;\n}',
    ],
    why: 'The interval has to shrink and its last element has to be looked at; otherwise search([5], 5) misses or a missing number loops for ever.',
  },
  {
    language: 'sql',
    asked: [
      'SQL: all customers that have no e-mail address (column email is NULL).',
      'How do I select the rows of customers where email is missing (NULL)?',
    ],
    right: ['SELECT * FROM customers WHERE email IS NULL;'],
    wrong: ['SELECT * FROM customers WHERE email = NULL;', "SELECT * FROM customers WHERE email = '';"],
    why: 'A comparison with = NULL is never true in SQL; NULL is found with IS NULL.',
  },
  {
    language: 'sql',
    asked: [
      'SQL query: number of orders per customer, customers with no orders should show 0.',
      'Count orders per customer in SQL, including those who never ordered (0). Tables customers(id), orders(id, customer_id).',
    ],
    right: [
      'SELECT c.id, COUNT(o.id) AS orders\nFROM customers c\nLEFT JOIN orders o ON o.customer_id = c.id\nGROUP BY c.id;',
    ],
    wrong: [
      'SELECT c.id, COUNT(o.id) AS orders\nFROM customers c\nJOIN orders o ON o.customer_id = c.id\nGROUP BY c.id;',
      'SELECT c.id, COUNT(*) AS orders\nFROM customers c\nLEFT JOIN orders o ON o.customer_id = c.id\nGROUP BY c.id;',
    ],
    why: 'An inner join drops customers without orders, and COUNT(*) counts their empty row as 1.',
  },
  {
    language: 'bash',
    asked: [
      'Bash loop that prints the number of lines of every .txt file here; names may contain spaces.',
      'In bash, run wc -l on each *.txt in this folder. Some file names have blanks in them.',
    ],
    right: ['for file in *.txt; do\n  wc -l "$file"\ndone'],
    wrong: ['for file in $(ls *.txt); do\n  wc -l $file\ndone', 'for file in *.txt; do\n  wc -l $file\ndone'],
    why: 'Without quotes a name with a space is split into two words, and wc cannot find either.',
  },
];

const lead = ['Here you go:', 'This should do it:', 'Sure, here is a compact version.', 'One way to write it:', ''];
const tail = [
  '',
  '',
  'Tested with a few inputs of mine, no surprises.',
  'If your case is a little different, tell me and I will adapt it.',
  'I kept it deliberately simple. You can add type hints or error handling where you need them.',
  'This handles the usual cases and is easy to test.',
];

const wrapped = (chance: Chance, language: string, code: string): string =>
  [chance.pick(lead), `\`\`\`${language}\n${code}\n\`\`\``, chance.pick(tail)]
    .filter((part) => part !== '')
    .join('\n\n');

const coding: Maker = (chance) => {
  const task = chance.pick(tasks);
  return {
    kind: 'code',
    question: chance.pick(task.asked),
    better: wrapped(chance, task.language, chance.pick(task.right)),
    worse: wrapped(chance, task.language, chance.pick(task.wrong)),
    explanation: task.why,
  };
};

/** What a snippet prints, what people expect it to print, the reason, and the reasoning that goes wrong. */
const outputs: readonly (readonly [snippet: string, right: string, wrong: string, why: string, mistake: string])[] = [
  [
    'print(7 // 2, 7 % 2)',
    '3 1',
    '3.5 1',
    '// is integer division, so 7 // 2 is 3, and the remainder is 1.',
    '7 divided by 2 is 3.5, and the remainder is 1.',
  ],
  [
    'print("ab" * 3)',
    'ababab',
    'aaabbb',
    'Multiplying a string repeats it as a whole.',
    'Multiplying a string repeats each of its characters.',
  ],
  [
    'print([1, 2, 3][-1])',
    '3',
    '1',
    'Index -1 is the last element.',
    'The minus sign drops the last elements, and the first one is left.',
  ],
  ['print(len("a b c"))', '5', '3', 'The two spaces are characters too.', 'There are three letters in the string.'],
  [
    'print(list(range(2, 8, 2)))',
    '[2, 4, 6]',
    '[2, 4, 6, 8]',
    'A range does not include its end.',
    'The range goes from 2 to 8 in steps of 2.',
  ],
  [
    'x = [1, 2]\ny = x\ny.append(3)\nprint(x)',
    '[1, 2, 3]',
    '[1, 2]',
    'y and x are the same list, so the append shows in both.',
    'Only y is changed by the append, x stays as it was.',
  ],
  [
    'print(bool("False"))',
    'True',
    'False',
    'Any string that is not empty counts as true.',
    'The string says False, and bool() converts it.',
  ],
  [
    'print("abc"[1:])',
    'bc',
    'abc',
    'The first character has index 0, so a slice from 1 leaves it out.',
    'The slice starts at the first character and has no end.',
  ],
  [
    'print(2 ** 3 ** 2)',
    '512',
    '64',
    'Powers group to the right, so this is 2 ** 9.',
    'From left to right, 2 ** 3 is 8, and 8 squared is 64.',
  ],
  [
    'print(sorted("bca"))',
    "['a', 'b', 'c']",
    'abc',
    'sorted() always returns a list, here one of three strings.',
    'sorted() puts the letters of the string in order.',
  ],
];

const output: Maker = (chance) => {
  const [snippet, right, wrong, why, mistake] = chance.pick(outputs);
  const question = chance.pick([
    `What does this Python code print?\n\n\`\`\`python\n${snippet}\n\`\`\``,
    `Without running it, what is the output (Python 3)?\n\n${snippet}`,
    `Predict the output of this snippet in Python 3:\n${snippet}`,
  ]);
  const answer = (value: string, steps: string): string =>
    dress(chance, { value: `\`${value}\``, result: `it prints \`${value}\``, steps });
  return {
    kind: 'code',
    question,
    better: answer(right, why),
    worse: answer(wrong, mistake),
    explanation: `${why} The output is ${right}.`,
  };
};

/** All makers of this kind. */
export const code: readonly Maker[] = [coding, coding, coding, output];
