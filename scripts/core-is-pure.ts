// Part of `npm run boundaries`, which checks that core is pure. dependency-cruiser sees only what code imports; this sees what
// it does. Nothing in libs/core may wait (async, await, promises, asynchronous iterables) or use a clock, randomness or the
// process. The two files of contract that declare ports may name promises: they have no code that could wait for one. Tests
// and fixtures are exempt. Checks the tree in the current folder; test/boundaries plants breaches in a copy.
import { globSync, readFileSync } from 'node:fs';
import ts from 'typescript';

const declarePorts = ['libs/core/contract/src/ports.ts', 'libs/core/contract/src/kubernetes-port.ts'];
const exempt = /[.](test|fixture)[.]ts$/;

const asynchronousTypes = new Set([
  'Promise',
  'PromiseLike',
  'AsyncIterable',
  'AsyncIterator',
  'AsyncIterableIterator',
  'AsyncGenerator',
  'AsyncDisposable',
]);
const impureGlobals = new Set([
  'Date',
  'performance',
  'setTimeout',
  'setInterval',
  'setImmediate',
  'process',
  'console',
]);

/** The impure thing that a node of the syntax tree does; null if it does none. */
function breachOf(node: ts.Node, mayDeclare: boolean): string | null {
  if (node.kind === ts.SyntaxKind.AsyncKeyword || node.kind === ts.SyntaxKind.AwaitKeyword) return node.getText();
  if (ts.isAwaitExpression(node)) return 'await';
  if (ts.isPropertyAccessExpression(node) && node.getText() === 'Math.random') return 'Math.random';
  if (!ts.isIdentifier(node) || isMemberName(node)) return null;
  if (asynchronousTypes.has(node.text) && !(mayDeclare && ts.isTypeReferenceNode(node.parent))) return node.text;
  return impureGlobals.has(node.text) ? node.text : null;
}

/** The name of a member, as in `stage.process` or `{ process: true }`, is not a global. */
const isMemberName = (node: ts.Identifier): boolean =>
  (ts.isPropertyAccessExpression(node.parent) ||
    ts.isPropertyAssignment(node.parent) ||
    ts.isPropertySignature(node.parent)) &&
  node.parent.name === node;

const breaches = globSync('libs/core/*/src/**/*.ts')
  .filter((path) => !exempt.test(path))
  .sort()
  .flatMap((path) => {
    const file = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest, true);
    const found: string[] = [];
    const visit = (node: ts.Node): void => {
      const breach = breachOf(node, declarePorts.includes(path));
      const { line } = file.getLineAndCharacterOfPosition(node.getStart());
      if (breach !== null) found.push(`${path}:${line + 1}: ${breach}`);
      node.forEachChild(visit);
    };
    visit(file);
    return found;
  });

for (const breach of breaches) console.log(breach);
if (breaches.length > 0) {
  console.error(
    'libs/core must be pure: move code that waits, or that uses time, randomness or the process, to libs/flow',
  );
  process.exitCode = 1;
}
