/** `npm run fetch:airflow`: the Airflow that reads the DAG of k8s/triggers in tests. */
import { bringAirflow } from './airflow.ts';

const path = await bringAirflow((line) => console.log(line));
console.log(`airflow: ${path}`);
