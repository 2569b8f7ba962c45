export { LogInError, type LogInOptions, logIn } from './log-in.ts';
