/** The balancer for a machine without nginx: `balancer-main <settings as JSON>`. */
import type { BalancerSettings } from './balancer/balancer-settings.ts'
import { NodeBalancer } from './balancer/node-balancer.ts'

const settings = JSON.parse(process.argv[2] ?? '') as BalancerSettings

const balancer = await NodeBalancer.open(settings, (port, isReachable) => {
  const msg = isReachable
    ? 'An instance is back'
    : 'An instance refuses connections; the others take its clients'
  console.log(JSON.stringify({ level: 30, msg, port }))
})

const stop = () => void balancer.close().finally(() => process.exit(0))
process.on('SIGTERM', stop)
process.once('disconnect', stop)
if (process.send && !process.connected) stop()
else process.send?.({ type: 'ready' })
