export { bringAirflow, findAirflow, remedy } from './airflow.ts';
