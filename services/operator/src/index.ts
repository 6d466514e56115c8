export { operatorCommand, settingsConfigMapOf } from './command.ts';
