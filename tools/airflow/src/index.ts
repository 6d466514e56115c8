export { findAirflow, installAirflow, remedy } from './airflow.ts';
