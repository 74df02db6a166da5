import {
  createTheme,
  defaultVariantColorsResolver,
  type CSSVariablesResolver,
  type MantineColorsTuple,
  type VariantColorsResolver,
} from '@mantine/core'

/** The accent: everything that moves, is live or can be pressed. */
const harbour: MantineColorsTuple = [
  '#e9f8f6',
  '#d3efeb',
  '#a5dfd7',
  '#72cdc2',
  '#3fbfb1',
  '#1aa99b',
  '#0d8f84',
  '#08776f',
  '#085f5a',
  '#074d49',
]

/** Dark surfaces with a trace of the accent, so that both schemes look like one product. */
const dark: MantineColorsTuple = [
  '#d3dbda',
  '#aab6b5',
  '#84918f',
  '#5c6867',
  '#3a4645',
  '#2a3433',
  '#1e2726',
  '#141b1a',
  '#0f1514',
  '#0a0f0e',
]

const gray: MantineColorsTuple = [
  '#f7f9f8',
  '#eff2f1',
  '#e3e8e7',
  '#d3dad8',
  '#b4bebc',
  '#86928f',
  '#65726f',
  '#495553',
  '#303a38',
  '#1b2322',
]

const systemFont = 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif'

/** Words on the accent: white on the deep one of the light scheme, dark on the bright one of the dark scheme. */
const variantColors: VariantColorsResolver = (input) => {
  const colors = defaultVariantColorsResolver(input)
  const isOnAccent = input.variant === 'filled' && (input.color ?? 'harbour') === 'harbour'
  return isOnAccent ? { ...colors, color: 'var(--mantine-primary-color-contrast)' } : colors
}

export const theme = createTheme({
  colors: { harbour, dark, gray },
  primaryColor: 'harbour',
  primaryShade: { light: 7, dark: 4 },
  variantColorResolver: variantColors,
  black: '#1b2322',
  defaultRadius: 'md',
  cursorType: 'pointer',
  respectReducedMotion: true,
  fontFamily: systemFont,
  fontFamilyMonospace:
    'ui-monospace, SFMono-Regular, "Cascadia Code", Menlo, Consolas, "DejaVu Sans Mono", monospace',
  headings: { fontFamily: systemFont, fontWeight: '650' },
  components: {
    Modal: { styles: { title: { fontSize: '1rem', fontWeight: 650 } } },
  },
  fontSizes: { xs: '0.75rem', sm: '0.8125rem', md: '0.875rem', lg: '1rem', xl: '1.125rem' },
})

/** Errors and words on the accent, in colours that can be read on our surfaces. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: { '--mantine-color-error': '#b42318', '--mantine-primary-color-contrast': '#ffffff' },
  dark: { '--mantine-color-error': '#ff8f82', '--mantine-primary-color-contrast': '#06201d' },
})
