// The package's public names.
export { startDeployment, type Deployment, type DeploymentOptions } from './deployment.ts'
export { services, type TestServices } from './services.ts'
export { createTestDatabase, type TestDatabase } from './test-database.ts'
export { startTestRedis, type TestRedis } from './test-redis.ts'
export { signToken, TEST_JWT_SECRET, type TokenOptions } from './tokens.ts'
export { uniqueUserId } from './unique-user-id.ts'
export { waitFor } from './wait-for.ts'
