import { expect, test } from 'vitest';
import { sumIn } from './programs.ts';

const goSum = `k8s.io/kube-proxy v0.34.4 h1:a=
k8s.io/kubernetes v1.34.4 h1:b=
k8s.io/kubernetes v1.34.4/go.mod h1:c=
`;

test('the digest of a module is that of its content, not of its go.mod', () => {
  expect(sumIn(goSum, 'k8s.io/kubernetes v1.34.4')).toBe('h1:b=');
  expect(sumIn(goSum, 'k8s.io/kubernetes v1.34.5')).toBe('');
});
