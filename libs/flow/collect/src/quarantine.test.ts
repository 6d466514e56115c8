import { stageFolder } from '@proofmill/folder';
import { memoryStore } from '@proofmill/test-kit';
import { expect, it } from 'vitest';
import { quarantineIn } from './quarantine.ts';

it('a flood of foreign messages is told whole, and only the first hundred of them are kept', async () => {
  const objects = new Map<string, Uint8Array>();
  const reasons: string[] = [];
  const setAside = quarantineIn(stageFolder(memoryStore(objects), 'label'), 3, (reason) => reasons.push(reason));
  for (let number = 0; number < 250; number += 1) await setAside(Buffer.from(`message ${number}`), `is ${number}`);
  expect(reasons).toHaveLength(250);
  expect(objects.size).toBe(100);
  expect([...objects.keys()].every((path) => path.startsWith('.proofmill/label/quarantine/3-'))).toBe(true);
  expect(Buffer.from([...objects.values()].at(-1) ?? []).toString()).toBe('message 99');
});
