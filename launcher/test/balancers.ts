import { findNginx } from '../src/balancer/find-nginx.ts'

/** Both balancers; a test of nginx is skipped by name where there is none. */
export const balancers: { name: 'nginx' | 'node'; title: string; isThere: boolean }[] = [
  { name: 'node', title: 'the balancer of its own', isThere: true },
  { name: 'nginx', title: 'nginx', isThere: findNginx() !== undefined },
]
