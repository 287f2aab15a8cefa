import HubCore

/// Word that menus are to be shown anew; several words that nobody has taken yet are one.
final class MenuChanges: Sendable {
    enum Extent: Sendable {
        /// The menus of chats with templates of their own.
        case chats
        /// The commands themselves have changed, and so all menus.
        case all
    }

    private let isAll = Locked(false)
    private let stream: AsyncStream<Void>
    private let word: AsyncStream<Void>.Continuation

    init() { (stream, word) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1)) }

    func add(_ extent: Extent) {
        if extent == .all { isAll.withLock { $0 = true } }
        word.yield()
    }

    /// Calls `act` for each word until the task is cancelled. To be called once.
    func forEach(_ act: (Extent) async -> Void) async {
        for await _ in stream {
            let extent: Extent = isAll.withLock { isAll in
                defer { isAll = false }
                return isAll ? .all : .chats
            }
            await act(extent)
        }
    }
}
