import HubCore

/// What is wrong with a command's arguments. The answer adds the usage and an example.
package struct UsageError: Error, Hashable, Sendable {
    /// A sentence, without the full stop.
    package let fault: String

    package init(_ fault: String) {
        self.fault = fault
    }
}

/// A refusal with more than a sentence: buttons that lead on.
struct Refusal: Error {
    let message: ChatMessage
}
