// The public names of the entry point `@headway/react/components`.
export {
  ConnectionIndicator,
  ConnectionIndicatorView,
  type ConnectionIndicatorViewProps,
} from './components/connection-indicator.tsx'
export { JobProgressBar, type JobProgressBarProps } from './components/job-progress-bar.tsx'
export type { LookProps } from './components/look.ts'
export type { OpenQuestion } from './components/question-form.tsx'
export {
  StatusBar,
  StatusBarView,
  type StatusBarProps,
  type StatusBarViewProps,
} from './components/status-bar.tsx'
export {
  TaskActivityPanel,
  TaskActivityView,
  type TaskActivityPanelProps,
  type TaskActivityViewProps,
} from './components/task-activity-panel.tsx'
export { ENGLISH, type Texts } from './components/texts.ts'
