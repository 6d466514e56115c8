// Part of `npm run boundaries`: core is pure in what it does, not only in what it imports, which dependency-cruiser sees.
// Nothing in libs/core waits (async, await, promises, asynchronous iterables) or reaches for a clock, for chance or for the
// process. The two files of contract that declare ports may name promises; they have no code that could wait for one. Tests
// and fixtures are not held to it. Works on the tree in the current folder; test/boundaries plants breaches in one.
import { globSync, readFileSync } from 'node:fs';
import ts from 'typescript';

const declarePorts = ['libs/core/contract/src/ports.ts', 'libs/core/contract/src/kubernetes-port.ts'];
const unbound = /[.](test|fixture)[.]ts$/;

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

/** What a node of the syntax tree does that pure code does not; null where it is pure. */
function breachOf(node: ts.Node, mayDeclare: boolean): string | null {
  if (node.kind === ts.SyntaxKind.AsyncKeyword || node.kind === ts.SyntaxKind.AwaitKeyword) return node.getText();
  if (ts.isAwaitExpression(node)) return 'await';
  if (ts.isPropertyAccessExpression(node) && node.getText() === 'Math.random') return 'Math.random';
  if (!ts.isIdentifier(node) || isMemberName(node)) return null;
  if (asynchronousTypes.has(node.text) && !(mayDeclare && ts.isTypeReferenceNode(node.parent))) return node.text;
  return impureGlobals.has(node.text) ? node.text : null;
}

/** The name of a member, as in `stage.process` or `{ process: true }`, is no global. */
const isMemberName = (node: ts.Identifier): boolean =>
  (ts.isPropertyAccessExpression(node.parent) ||
    ts.isPropertyAssignment(node.parent) ||
    ts.isPropertySignature(node.parent)) &&
  node.parent.name === node;

const breaches = globSync('libs/core/*/src/**/*.ts')
  .filter((path) => !unbound.test(path))
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
  console.error('core is pure: what waits, or reaches for time, chance or the process, is a loop of libs/flow');
  process.exitCode = 1;
}
