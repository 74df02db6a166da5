// Runs before the first paint, so that a dark page never flashes white. A file, because the page allows no inline scripts.
try {
  const chosen = localStorage.getItem('headway:color-scheme') ?? 'auto'
  const dark = chosen === 'dark' || (chosen !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches)
  document.documentElement.dataset.mantineColorScheme = dark ? 'dark' : 'light'
} catch {
  document.documentElement.dataset.mantineColorScheme = 'light'
}
