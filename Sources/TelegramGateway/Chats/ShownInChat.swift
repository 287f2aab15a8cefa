import ChatOps
import HubCore

/// What a chat was shown, as far as words that name no task, or no version of a plan, depend on it. Stored as one value beside the chat.
struct ShownInChat: Codable, Equatable, Sendable {
    /// Of so many tasks the plan or result is remembered; of an older one it is shown again before a typed word decides on it.
    static let limit = 32

    /// A plan or a result with its buttons.
    struct Entry: Codable, Equatable, Sendable {
        let topic: Topic
        let message: Int
        let at: Timestamp
    }

    /// What of a task was shown last.
    var last: Topic?
    /// The newest of each task, newest first.
    private(set) var entries: [Entry] = []

    init() {}

    /// - Parameter stored: JSON of this, or of ``last`` alone as former versions wrote it.
    init(stored: String?) {
        guard let stored else { return }
        let (shown, topic): (ShownInChat?, Topic?) = (StoredJSON.read(stored), StoredJSON.read(stored))
        if let shown { self = shown } else { last = topic }
    }

    mutating func add(_ topic: Topic, as message: Int, at now: Timestamp) {
        last = topic
        switch topic {
        case .plan, .review: break
        case .task, .failure, .intervention, .confirmation, .terminal, .prompt, .pipeline, .conversation: return
        }
        entries.removeAll { $0.topic.task == topic.task }
        entries.insert(Entry(topic: topic, message: message, at: now), at: 0)
        if entries.count > Self.limit { entries.removeLast(entries.count - Self.limit) }
    }

    /// What stood in the chat already when `message` was written, whenever the hub comes to read that: within a chat ids grow with time.
    func decisions(above message: Int) -> [ShownDecision] {
        entries.filter { $0.message < message }.map { ShownDecision($0.topic, at: $0.at) }
    }
}
