# @unchecked Sendable and nonisolated(unsafe) without the sentence that proves them, beside or above.
FNR == 1 { above = "" }
{
    if ($0 !~ /^ *\/\// && $0 ~ /@unchecked Sendable|nonisolated\(unsafe\)/ && $0 !~ /\/\/ *[^ ]/ && above !~ /^ *\/\/\/? *[^ ]/)
        printf "%s:%d: unchecked concurrency: say in a comment above why it is safe\n", FILENAME, FNR
    above = $0
}
