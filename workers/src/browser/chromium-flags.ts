/**
 * Flags beyond Puppeteer's own. Chromium refuses to run its sandbox as root, so only root goes without;
 * WebRTC is kept from sending UDP past the proxy that guards addresses: the browser listens to the one switch, its headless shell to the other.
 */
export function chromiumFlags(isRoot: boolean = process.getuid?.() === 0): string[] {
  return [
    ...(isRoot ? ['--no-sandbox'] : []),
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-domain-reliability',
    '--disable-dev-shm-usage',
    '--disable-gpu',
    '--no-default-browser-check',
    '--no-pings',
    '--force-webrtc-ip-handling-policy=disable_non_proxied_udp',
    '--webrtc-ip-handling-policy=disable_non_proxied_udp',
  ]
}

/** Longest path of a folder in which Chromium can make its socket: it adds 46 characters, and Linux takes 107. */
const SOCKET_FOLDER_MAX_LENGTH = 61

export interface ChromiumEnvOptions {
  profile: string
  /** What this build needs beside. */
  extra: Record<string, string>
}

/**
 * The environment a browser gets: what it needs to run and to find fonts, none of the worker's secrets. Its temporary files go into its
 * profile, since a Chromium that is killed leaves them behind.
 */
export function chromiumEnv({ profile, extra }: ChromiumEnvOptions): Record<string, string> {
  const passed = [
    'PATH',
    'HOME',
    'LANG',
    'LC_ALL',
    'TZ',
    'TMPDIR',
    'XDG_RUNTIME_DIR',
    'FONTCONFIG_PATH',
    'FONTCONFIG_FILE',
  ]
  const env: Record<string, string> = {}
  for (const name of passed) {
    const value = process.env[name]
    if (value !== undefined) env[name] = value
  }
  if (profile.length <= SOCKET_FOLDER_MAX_LENGTH) env['TMPDIR'] = profile
  return { ...env, ...extra }
}
