/** `npm run fetch:airflow`: installs the Airflow that tests use to load the DAG of k8s/triggers. */
import { installAirflow } from './airflow.ts';

const path = await installAirflow((line) => console.log(line));
console.log(`airflow: ${path}`);
