/**
 * A process beside each command of a loop, in the same process group. It ends the group when the loop dies, kill -9 included: its standard input is a
 * pipe from the loop, which the kernel closes. So nothing holds a port, a GPU or a folder of weights when the loop is run again.
 *
 * It is a text, since a bundle has one file.
 */
export const guardProgram = `
const { spawn } = require('node:child_process');
const [file, ...words] = process.argv.slice(1);
const endGroup = () => process.kill(-process.pid, 'SIGKILL');
process.stdin.on('end', endGroup).on('error', endGroup).resume();
process.on('SIGTERM', () => {});
process.on('SIGINT', () => {});
const child = spawn(file, words, { stdio: ['ignore', 'inherit', 'inherit'] });
child.on('error', ({ code, message }) => {
  console.error(code === 'ENOENT' ? 'there is no program ' + file + (file.includes('/') ? '' : ' on the PATH') : message);
  process.exit(127);
});
child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGKILL' ? 137 : 143)));
`;
