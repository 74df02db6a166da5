import {
  Counter,
  Gauge,
  Histogram,
  type CounterConfiguration,
  type GaugeConfiguration,
  type HistogramConfiguration,
  type Registry,
} from 'prom-client'

// The registry is handed in, and there is no other. Two servers of a process may share one: each of these finds the
// metric that the first has made.

export function counter<T extends string = never>(
  registry: Registry,
  config: Omit<CounterConfiguration<T>, 'registers'>,
): Counter<T> {
  const known = registry.getSingleMetric(config.name) as Counter<T> | undefined
  return known ?? new Counter({ ...config, registers: [registry] })
}

export function gauge<T extends string = never>(
  registry: Registry,
  config: Omit<GaugeConfiguration<T>, 'registers'>,
): Gauge<T> {
  const known = registry.getSingleMetric(config.name) as Gauge<T> | undefined
  return known ?? new Gauge({ ...config, registers: [registry] })
}

export function histogram<T extends string = never>(
  registry: Registry,
  config: Omit<HistogramConfiguration<T>, 'registers'>,
): Histogram<T> {
  const known = registry.getSingleMetric(config.name) as Histogram<T> | undefined
  return known ?? new Histogram({ ...config, registers: [registry] })
}
