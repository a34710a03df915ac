// The texts of the console, all in one place so that other languages can follow.

export { en as texts } from './en.ts';
