/** `npm run fetch:hub-client`: installs the client of Hugging Face that fetches weights in the tests on a cluster. */
import { setUpHubClient } from './hub-client/setup.ts';

const path = await setUpHubClient((line) => console.log(line));
console.log(`the Python of huggingface_hub: ${path}`);
