// What `import '@headway/react/styles.css'` is for a compiler: nothing but its effect.
// oxlint-disable-next-line unicorn/require-module-specifiers -- it makes this file a module
export {}
