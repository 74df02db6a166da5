/** What an artifact is made of: all of it, or a stream (a Node stream, a web stream, a generator) that is read piece by piece. */
export type ArtifactSource = string | Uint8Array | AsyncIterable<string | Uint8Array>
