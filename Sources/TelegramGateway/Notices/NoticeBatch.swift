import HubCore

/// What a run of events is to send, kept until the transaction is on disk. A run that is repeated takes its own place.
final class NoticeBatch: Sendable {
    private let items = Locked([Int64: [OutboxItem]]())

    func put(_ new: [OutboxItem], of event: Int64) {
        items.withLock { $0[event] = new.isEmpty ? nil : new }
    }

    func take() -> [OutboxItem] {
        items.withLock { items in
            defer { items = [:] }
            return items.sorted { $0.key < $1.key }.flatMap(\.value)
        }
    }
}
