// The package's public names.
