import { Button, Code, Stack, Text, Title } from '@mantine/core'
import { Component, type ReactNode } from 'react'

interface ErrorBoundaryProps {
  children: ReactNode
  /** When it changes, the page is tried again: leaving a broken page must not need a reload. */
  resetKey?: string
}

interface ErrorBoundaryState {
  error: Error | undefined
  resetKey: string | undefined
}

/** Shows what went wrong in place of a page that could not be drawn. */
export class ErrorBoundary extends Component<ErrorBoundaryProps, ErrorBoundaryState> {
  override state: ErrorBoundaryState = { error: undefined, resetKey: undefined }

  static getDerivedStateFromError(error: unknown): Partial<ErrorBoundaryState> {
    return { error: error instanceof Error ? error : new Error(String(error)) }
  }

  static getDerivedStateFromProps(
    props: ErrorBoundaryProps,
    state: ErrorBoundaryState,
  ): Partial<ErrorBoundaryState> | null {
    if (props.resetKey === state.resetKey) return null
    return { resetKey: props.resetKey, error: undefined }
  }

  override render() {
    const { error } = this.state
    if (error === undefined) return this.props.children
    return (
      <Stack component="main" p="xl" gap="sm" maw="40rem" mx="auto" role="alert">
        <Title order={1} size="h3">
          This page could not be shown
        </Title>
        <Text size="sm">Your jobs are not affected. Loading the page again usually helps.</Text>
        <Code block>{error.message}</Code>
        <Button w="fit-content" onClick={() => location.reload()}>
          Load again
        </Button>
      </Stack>
    )
  }
}
