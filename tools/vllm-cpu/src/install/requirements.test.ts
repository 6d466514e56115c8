import { expect, test } from 'vitest';
import { checkPlatform } from './requirements.ts';

test('wheels exist only for Linux on x86-64', () => {
  expect(() => checkPlatform('linux', 'x64')).not.toThrow();
  expect(() => checkPlatform('darwin', 'arm64')).toThrow('this is darwin on arm64');
});
