import { stopWhileStarting } from './stop-while-starting.ts';

stopWhileStarting();
// Loaded only now: loading the code takes a while, and a static import would come before the line above.
const [{ runProcess }, { proofmillCommand }] = await Promise.all([
  import('@proofmill/runtime'),
  import('./program.ts'),
]);
await runProcess(await proofmillCommand(process.argv.slice(2)));
