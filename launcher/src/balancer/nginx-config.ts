import { join } from 'node:path'
import {
  CONNECT_TIMEOUT_MS,
  HEADERS_TIMEOUT_MS,
  KEEP_ALIVE_TIMEOUT_MS,
  MAX_HEADER_BYTES,
  REST_AFTER_REFUSAL_MS,
  SILENCE_TIMEOUT_MS,
  type BalancerSettings,
} from './balancer-settings.ts'
import { MALFORMED } from './malformed.ts'
import type { Refusal } from './refusal.ts'
import { UNAVAILABLE } from './unavailable.ts'

/** Where nginx notes its process id, which it does once it listens. */
export function nginxPidFile(folder: string): string {
  return join(folder, 'nginx.pid')
}

/** Nginx sends there what it refuses itself; nothing of Headway's has this address. */
const MALFORMED_PATH = '/.malformed'

/** What nginx listens on besides 127.0.0.1 depends on whether the machine has IPv6 at all. */
export interface NginxConfigOptions extends BalancerSettings {
  readonly hasIpv6: boolean
}

/** The configuration of an nginx that needs nothing outside its folder. `deploy/nginx.conf` is its sister for production. */
export function nginxConfig(options: NginxConfigOptions): string {
  const { folder, instancePorts } = options
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (name) => `  ${name}_temp_path ${quoted(join(folder, 'temp', name))};`,
  )
  const instances = instancePorts.map(
    (port) => `    server 127.0.0.1:${port} max_fails=1 fail_timeout=${seconds(REST_AFTER_REFUSAL_MS)};`,
  )
  return `# Written by the launcher at each start.
daemon off;
pid ${quoted(nginxPidFile(folder))};
worker_processes 2;
events {
  worker_connections 16384;
}

http {
  access_log off;
  server_tokens off;
  default_type application/octet-stream;
${temporary.join('\n')}

  map $http_upgrade $connection_upgrade {
    default upgrade;
    ''      '';
  }

  upstream instances {
    zone instances 64k;
    least_conn;
${instances.join('\n')}
  }

  server {
${listenLines(options).join('\n')}
    client_header_timeout ${seconds(HEADERS_TIMEOUT_MS)};
    keepalive_timeout ${seconds(KEEP_ALIVE_TIMEOUT_MS)};
    large_client_header_buffers 4 ${MAX_HEADER_BYTES};
    # The server has its own limit, and an answer of its own to what is beyond.
    client_max_body_size 0;
    error_page 502 504 = @unavailable;
    # Not a named location: what can't be read has no address to leave.
    error_page 400 414 494 = ${MALFORMED_PATH};

    location / {
      proxy_pass http://instances;
      proxy_http_version 1.1;
      # The server compares Origin with Host, port included.
      proxy_set_header Host $http_host;
      proxy_set_header Upgrade $http_upgrade;
      proxy_set_header Connection $connection_upgrade;
      # Bytes go on as they come in, and into no file.
      proxy_buffering off;
      proxy_request_buffering off;
      proxy_connect_timeout ${seconds(CONNECT_TIMEOUT_MS)};
      proxy_read_timeout ${seconds(SILENCE_TIMEOUT_MS)};
      # An instance that has not answered may be replaced by the next; one that may have started a job may not.
      proxy_next_upstream error timeout;
    }

    location @unavailable {
${refusalLines(UNAVAILABLE).join('\n')}
    }

    location = ${MALFORMED_PATH} {
${refusalLines(MALFORMED).join('\n')}
    }
  }
}
`
}

/** As Node listens: without a host on all interfaces, of either kind. */
function listenLines({ host, port, hasIpv6 }: NginxConfigOptions): string[] {
  if (host !== undefined)
    return [`    listen ${quoted(`${host.includes(':') ? `[${host}]` : host}:${port}`)};`]
  return [`    listen ${port};`, ...(hasIpv6 ? [`    listen [::]:${port};`] : [])]
}

function refusalLines({ status, headers, body }: Refusal): string[] {
  const { 'Content-Type': type, ...others } = headers
  return [
    `      default_type ${type};`,
    ...Object.entries(others).map(([name, value]) => `      add_header ${name} ${value} always;`),
    `      return ${status} '${body}';`,
  ]
}

function seconds(ms: number): string {
  return `${ms / 1_000}s`
}

function quoted(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`
}
