import { findNginx } from '../src/balancer/find-nginx.ts'

/** Both balancers; nginx is tried where it is on the PATH. */
export const balancers = [
  { name: 'node', title: 'the balancer of its own', isThere: true },
  { name: 'nginx', title: 'nginx (skipped where there is none)', isThere: findNginx() !== undefined },
]
