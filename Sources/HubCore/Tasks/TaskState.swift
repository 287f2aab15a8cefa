extension AgentTask {
    /// Where a task stands. The raw values are the words of SQL, JSON and chat (domain page, "Task states and transitions").
    package enum State: String, CaseIterable, Hashable, Sendable, Codable {
        case pending
        case assigned
        case planning
        case planReview = "plan_review"
        case running
        case needsHuman = "needs_human"
        case review
        case done
        case failed
        case cancelled

        /// Nothing happens to the task any more unless a person retries it.
        package var isFinal: Bool {
            switch self {
            case .done, .failed, .cancelled: true
            case .pending, .assigned, .planning, .planReview, .running, .needsHuman, .review: false
            }
        }

        /// What depends on the task waits until somebody retries it, drops the edge or cancels what waits: only done resolves an edge.
        package var holdsDependentsForGood: Bool { self == .failed || self == .cancelled }

        /// An attempt is open: some server has the task.
        package var isPlaced: Bool { self != .pending && !isFinal }

        /// The task takes one of its server's slots. In review it waits for a person and its session may do other work.
        package var holdsSlot: Bool { isPlaced && self != .review }

        /// It is a person's turn.
        package var waitsForPerson: Bool {
            switch self {
            case .planReview, .needsHuman, .review: true
            case .pending, .assigned, .planning, .running, .done, .failed, .cancelled: false
            }
        }

        /// A server that stays away longer than its lease gives this work back. What waits for a person keeps waiting.
        package var isReleasedWhenServerIsLost: Bool {
            switch self {
            case .assigned, .planning, .running: true
            case .pending, .planReview, .needsHuman, .review, .done, .failed, .cancelled: false
            }
        }

        /// The state in words for people: `plan review`.
        package var words: String { rawValue.replacing("_", with: " ") }
        /// Fits behind “is”.
        package var predicate: String {
            switch self {
            case .planReview: "in plan review"
            case .needsHuman: "waiting for an answer"
            case .review: "in review"
            default: words
            }
        }
    }
}
